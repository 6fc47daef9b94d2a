#include "wire/edns.h"

#include <gtest/gtest.h>

#include "tests/unit/wire/wire_support.h"

namespace godwit::wire {
namespace {

using test::option;
using test::Packet;
using test::operator+;

constexpr unsigned nsid = 3;
constexpr unsigned client_subnet = 8;
constexpr unsigned cookie = 10;
constexpr unsigned keepalive = 11;
constexpr unsigned padding = 12;
constexpr unsigned extended_error = 15;

// What a query with an OPT record of these options says.
Result<std::optional<Edns>> read(Bytes message) {
  const auto view = MessageView::parse(message);
  if (!view) return view.error();
  return find_edns(*view);
}

Packet query_with(Bytes options) {
  return Packet({1, 0, 0, 1}).question("a").opt(options);
}

Edns edns_of(Bytes message) {
  const auto found = read(message);
  EXPECT_TRUE(found && *found);
  return found && *found ? **found : Edns{};
}

TEST(FindEdns, finds_nothing_where_there_is_none) {
  const auto found = read(Packet({1, 0, 0, 0}).question("a"));
  ASSERT_TRUE(found);
  EXPECT_FALSE(*found);
}

TEST(FindEdns, reads_the_fixed_part) {
  const Packet packet = Packet({1, 0, 0, 1}).question("a").opt({}, 4096, 0xab03ffffu);
  const Edns edns = edns_of(packet);
  EXPECT_EQ(edns.udp_payload_octets, 4096);
  EXPECT_EQ(edns.extended_rcode, 0xab);
  EXPECT_EQ(edns.version, 3);
  EXPECT_TRUE(edns.dnssec_ok);
  EXPECT_FALSE(edns_of(Packet({0, 0, 0, 1}).opt({}, 4096, 0x7fff)).dnssec_ok);
}

TEST(FindEdns, payload_size_is_512_at_least) {
  for (const auto& [sent, taken] :
       {std::pair{0u, 512}, {1u, 512}, {511u, 512}, {512u, 512}, {513u, 513}, {65535u, 65535}})
    EXPECT_EQ(edns_of(Packet({0, 0, 0, 1}).opt({}, sent)).udp_payload_octets, taken);
}

TEST(FindEdns, refuses_a_second_opt) {
  EXPECT_EQ(read(Packet({1, 0, 0, 2}).question("a").opt({}).opt({})).error(), WireError::bad_opt);
}

TEST(FindEdns, refuses_opt_outside_the_additional_section) {
  EXPECT_EQ(read(Packet({1, 1, 0, 0}).question("a").opt({})).error(), WireError::bad_opt);
  EXPECT_EQ(read(Packet({1, 0, 1, 0}).question("a").opt({})).error(), WireError::bad_opt);
}

TEST(FindEdns, refuses_an_owner_other_than_the_root) {
  Packet packet({1, 0, 0, 1});
  packet.question("a").name("a").record(RrType::opt, 0, {}, 1232);
  EXPECT_EQ(read(packet).error(), WireError::bad_opt);
}

TEST(FindEdns, takes_opt_anywhere_in_the_additional_section) {
  Packet packet({1, 0, 0, 3});
  packet.question("a").pointer(12).record(RrType::a, 1, Octets(4));
  packet.opt({}).pointer(12).record(RrType::a, 1, Octets(4));
  EXPECT_TRUE(read(packet).value());
}

TEST(FindEdns, reports_errors_of_any_record) {
  EXPECT_EQ(read(query_with({}).u8(0)).error(), WireError::trailing_data);
  EXPECT_EQ(read(Packet({1, 0, 0, 2}).question("a").opt({})).error(), WireError::bad_count);
}

TEST(FindEdns, refuses_an_option_that_overruns) {
  for (const Octets& options : {Octets{0}, Octets{0, 10}, Octets{0, 10, 0}, Octets{0, 10, 0, 1},
                                Octets{0, 10, 0xff, 0xff, 1}, option(3, {}) + Octets{0, 3, 0}})
    EXPECT_EQ(read(query_with(options)).error(), WireError::bad_opt);
}

TEST(FindEdns, takes_32_options_and_not_33) {
  const auto options_of = [](unsigned count) {
    Octets options;
    for (unsigned i = 0; i < count; ++i) options = options + option(65001, Octets(i % 3));
    return options;
  };
  EXPECT_TRUE(read(query_with(options_of(31))));
  EXPECT_TRUE(read(query_with(options_of(32))));
  EXPECT_EQ(read(query_with(options_of(33))).error(), WireError::too_many_options);
  EXPECT_EQ(read(query_with(Octets(16000 * 4))).error(), WireError::too_many_options);
}

TEST(FindEdns, takes_cookies_of_8_and_16_to_40_octets) {
  for (unsigned size = 0; size <= 45; ++size) {
    Octets body(size);
    for (unsigned i = 0; i < size; ++i) body[i] = static_cast<std::uint8_t>(i + 1);
    const Packet packet = query_with(option(cookie, body));
    const Edns edns = edns_of(packet);
    if (size == 8 || (size >= 16 && size <= 40)) {
      ASSERT_TRUE(edns.cookie) << size;
      EXPECT_FALSE(edns.cookie_malformed);
      EXPECT_TRUE(std::ranges::equal(edns.cookie->client, Bytes(body).first(8)));
      EXPECT_TRUE(std::ranges::equal(edns.cookie->server(), Bytes(body).subspan(8)));
    } else {
      EXPECT_FALSE(edns.cookie) << size;
      EXPECT_TRUE(edns.cookie_malformed) << size;
    }
  }
}

TEST(FindEdns, first_of_repeated_options_counts) {
  Octets options;
  for (std::uint8_t i = 1; i <= 3; ++i) {
    options = options + option(cookie, Octets(8, i)) + option(nsid, Octets(i, i)) +
              option(padding, Octets(i)) + option(keepalive, Octets{0, i}) +
              option(client_subnet, Octets(i));
  }
  const Packet packet = query_with(options);
  const Edns edns = edns_of(packet);
  EXPECT_EQ(edns.cookie->client[0], 1);
  EXPECT_EQ(edns.nsid->size(), 1u);
  EXPECT_EQ(edns.padding, 1);
  EXPECT_EQ(edns.keepalive, std::optional<std::uint16_t>(1));
  EXPECT_EQ(edns.client_subnet->size(), 1u);
}

TEST(FindEdns, first_of_repeated_options_counts_even_if_malformed) {
  const Packet cookies = query_with(option(cookie, Octets(7)) + option(cookie, Octets(8)));
  EXPECT_TRUE(edns_of(cookies).cookie_malformed);
  EXPECT_FALSE(edns_of(cookies).cookie);
  const Packet second = query_with(option(cookie, Octets(8)) + option(cookie, Octets(7)));
  EXPECT_FALSE(edns_of(second).cookie_malformed);
  const Packet timeouts = query_with(option(keepalive, Octets(1)) + option(keepalive, {}));
  EXPECT_TRUE(edns_of(timeouts).keepalive_malformed);
  EXPECT_FALSE(edns_of(timeouts).keepalive);
}

TEST(FindEdns, keepalive_is_empty_or_two_octets) {
  const Packet empty = query_with(option(keepalive, {}));
  ASSERT_TRUE(edns_of(empty).keepalive);
  EXPECT_FALSE(*edns_of(empty).keepalive);
  const Packet full = query_with(option(keepalive, Octets{1, 2}));
  EXPECT_EQ(**edns_of(full).keepalive, 0x0102);
  for (const unsigned size : {1u, 3u, 4u}) {
    const Packet odd = query_with(option(keepalive, Octets(size)));
    EXPECT_TRUE(edns_of(odd).keepalive_malformed);
    EXPECT_FALSE(edns_of(odd).keepalive);
  }
}

TEST(FindEdns, nsid_of_a_query_is_empty) {
  const Packet packet = query_with(option(nsid, {}));
  ASSERT_TRUE(edns_of(packet).nsid);
  EXPECT_TRUE(edns_of(packet).nsid->empty());
}

TEST(FindEdns, keeps_four_extended_errors) {
  Octets options;
  for (std::uint8_t i = 0; i < 6; ++i)
    options = options + option(extended_error, Octets{0, i} + Octets(i, 'x'));
  const Packet packet = query_with(options);
  const Edns edns = edns_of(packet);
  ASSERT_EQ(edns.error_count, 4);
  EXPECT_EQ(edns.errors[0].text, "");
  EXPECT_EQ(edns.errors[3].code, EdeCode::stale_answer);
  EXPECT_EQ(edns.errors[3].text, "xxx");
}

TEST(FindEdns, extended_error_without_a_code_is_ignored) {
  for (const unsigned size : {0u, 1u}) {
    const Packet packet = query_with(option(extended_error, Octets(size)));
    EXPECT_EQ(edns_of(packet).error_count, 0);
  }
}

// Writes an OPT record alone behind a header and reads it again.
struct Written {
  Octets message;
  bool done = false;
  std::optional<Edns> edns;
};
Written write(const EdnsToWrite& edns, std::size_t limit, Rcode rcode = Rcode::noerror) {
  Written out;
  out.message.resize(limit);
  store_u16(out.message.data() + 10, 1);
  ByteWriter writer(out.message, header_octets);
  out.done = write_edns(writer, edns, rcode);
  EXPECT_TRUE(writer.ok());
  out.message.resize(writer.position());
  if (!out.done) {
    EXPECT_EQ(writer.position(), header_octets);
    return out;
  }
  const auto found = read(out.message);
  EXPECT_TRUE(found && *found);
  if (found) out.edns = *found;
  return out;
}

EdnsToWrite full_edns() {
  static const Octets identifier = {'n', 's', '1'};
  static const ExtendedErrorView errors[] = {{EdeCode::network_error, "first text"},
                                             {EdeCode::no_reachable_authority, "second"}};
  EdnsToWrite edns;
  edns.udp_payload_octets = 1400;
  edns.dnssec_ok = true;
  edns.cookie = Cookie{{1, 2, 3, 4, 5, 6, 7, 8}, {9, 10, 11, 12, 13, 14, 15, 16}, 8};
  edns.keepalive.emplace(100);
  edns.nsid = identifier;
  edns.errors = errors;
  return edns;
}

TEST(WriteEdns, writes_what_reading_gives_back) {
  const Written out = write(full_edns(), 512, Rcode::badcookie);
  const Edns& edns = *out.edns;
  EXPECT_EQ(edns.udp_payload_octets, 1400);
  EXPECT_TRUE(edns.dnssec_ok);
  EXPECT_EQ(edns.version, 0);
  EXPECT_EQ(edns.extended_rcode, 1);
  EXPECT_EQ(edns.cookie->client[7], 8);
  EXPECT_EQ(edns.cookie->server_size, 8);
  EXPECT_EQ(edns.cookie->server_octets[7], 16);
  EXPECT_EQ(**edns.keepalive, 100);
  EXPECT_EQ(edns.nsid->size(), 3u);
  ASSERT_EQ(edns.error_count, 2);
  EXPECT_EQ(edns.errors[0].text, "first text");
  EXPECT_EQ(edns.errors[1].code, EdeCode::no_reachable_authority);
  EXPECT_EQ(edns.errors[1].text, "second");
  EXPECT_FALSE(edns.padding);
}

TEST(WriteEdns, never_writes_over_any_limit_and_never_fails_where_an_empty_record_fits) {
  for (const unsigned block : {0u, 1u, 16u, 128u, 468u}) {
    EdnsToWrite edns = full_edns();
    edns.padding_block_octets = static_cast<std::uint16_t>(block);
    for (std::size_t limit = header_octets; limit < 1000; ++limit)
      EXPECT_EQ(write(edns, limit).done, limit >= header_octets + 11) << limit << ' ' << block;
  }
}

TEST(WriteEdns, drops_texts_before_errors_and_the_last_first) {
  const EdnsToWrite edns = full_edns();
  const std::size_t base = header_octets + edns_octets(edns);
  const std::size_t all = base + 6 + 10 + 6 + 6;
  EXPECT_EQ(write(edns, all).edns->errors[1].text, "second");
  const Written one_less = write(edns, all - 1);
  EXPECT_EQ(one_less.edns->error_count, 2);
  EXPECT_EQ(one_less.edns->errors[0].text, "first text");
  EXPECT_EQ(one_less.edns->errors[1].text, "");
  const Written no_text = write(edns, base + 12);
  EXPECT_EQ(no_text.edns->error_count, 2);
  EXPECT_EQ(no_text.edns->errors[0].text, "");
  EXPECT_EQ(write(edns, base + 11).edns->error_count, 1);
  EXPECT_EQ(write(edns, base + 5).edns->error_count, 0);
  EXPECT_TRUE(write(edns, base).edns->nsid);
}

TEST(WriteEdns, text_that_no_message_could_hold_is_dropped) {
  const std::string text(100000, 'x');
  const ExtendedErrorView errors[] = {{EdeCode::other, text}, {EdeCode::synthesized, "short"}};
  EdnsToWrite edns;
  edns.errors = errors;
  const Written out = write(edns, 65535);
  ASSERT_EQ(out.edns->error_count, 2);
  EXPECT_EQ(out.edns->errors[0].text, "");
  EXPECT_EQ(out.edns->errors[1].text, "short");
}

TEST(WriteEdns, writes_four_errors_at_most) {
  const std::vector<ExtendedErrorView> errors(9, {EdeCode::other, ""});
  EdnsToWrite edns;
  edns.errors = errors;
  const Written out = write(edns, 512);
  EXPECT_EQ(out.message.size(), header_octets + 11 + 4 * 6);
}

TEST(WriteEdns, pads_the_message_to_a_multiple_of_the_block) {
  for (unsigned body = 0; body < 300; ++body) {
    const Octets identifier(body);
    EdnsToWrite edns;
    edns.nsid = identifier;
    edns.padding_block_octets = 128;
    const Written out = write(edns, 1232);
    EXPECT_EQ(out.message.size() % 128, 0u) << body;
    EXPECT_TRUE(out.edns->padding);
    EXPECT_LT(*out.edns->padding, 128);
  }
}

TEST(WriteEdns, padding_stops_at_the_limit) {
  EdnsToWrite edns;
  edns.padding_block_octets = 468;
  EXPECT_EQ(write(edns, 468).message.size(), 468u);
  EXPECT_EQ(write(edns, 469).message.size(), 468u);
  EXPECT_EQ(write(edns, 467).message.size(), 467u);
  EXPECT_EQ(write(edns, 27).message.size(), 27u);
  EXPECT_EQ(*write(edns, 27).edns->padding, 0);
  EXPECT_FALSE(write(edns, 26).edns->padding);
}

TEST(WriteEdns, what_edns_octets_counts_fits_exactly) {
  EdnsToWrite edns = full_edns();
  edns.padding_block_octets = 128;
  const Written out = write(edns, header_octets + edns_octets(edns));
  EXPECT_EQ(out.message.size(), header_octets + edns_octets(edns));
  EXPECT_TRUE(out.edns->cookie && out.edns->keepalive && out.edns->nsid && out.edns->padding);
  EXPECT_EQ(out.edns->error_count, 0);
}

}  // namespace
}  // namespace godwit::wire
