// The largest and worst messages cost little: a sender chooses octets, never time. A hostile
// message of 64 KiB is read in less than 1 ms of processor time.
#include <gtest/gtest.h>

#include "tests/unit/wire/wire_support.h"
#include "wire/rdata.h"

namespace godwit::wire {
namespace {

using namespace std::chrono_literals;
using test::long_name;
using test::name_octets;
using test::Packet;
using test::short_labels;
using test::shortest_time;
using test::slowness;

constexpr std::chrono::nanoseconds time_max = 1ms * slowness;

// Reads every record; the last may be an error.
void expect_cheap(Bytes message, std::size_t records_min,
                  std::optional<WireError> error = std::nullopt) {
  std::size_t count = 0;
  const auto time = shortest_time([&] {
    count = 0;
    const auto view = MessageView::parse(message);
    ASSERT_TRUE(view);
    RecordReader records = view->records();
    while (records.next()) ++count;
    ASSERT_EQ(records.error(), error);
  });
  EXPECT_GE(count, records_min);
  EXPECT_LT(time, time_max);
  testing::Test::RecordProperty("microseconds", static_cast<int>(time / 1us));
}

// Fills a message with records whose owner `owner(packet, index)` writes.
template <class Owner>
Packet filled(Packet packet, Owner owner) {
  unsigned count = 0;
  for (;; ++count) {
    const std::size_t before = packet.size();
    owner(packet, count);
    packet.record(RrType::null, 1, {});
    if (packet.size() <= message_octets_max) continue;
    packet.octets().resize(before);
    break;
  }
  store_u16(packet.octets().data() + 6, static_cast<std::uint16_t>(count));
  return packet;
}

// A header, and a first record whose RDATA is `octets`, to be pointed at: it begins at offset 23.
Packet holding(Bytes octets) {
  return Packet().u8(0).record(RrType::null, 1, octets);
}
constexpr std::size_t held_at = 23;

TEST(HostileCost, many_records_of_twelve_octets) {
  const Packet packet = filled(Packet({1, 0, 0, 0}).question("www.example.com"),
                               [](Packet& p, unsigned i) { p.pointer(i % 2 == 0 ? 12 : 16); });
  expect_cheap(packet, 5400);
}

Packet with_one_more(Packet packet) {
  store_u16(packet.octets().data() + 6,
            static_cast<std::uint16_t>(load_u16(packet.octets().data() + 6) + 1));
  return packet;
}

TEST(HostileCost, many_records_of_the_longest_name) {
  const Packet packet = with_one_more(
      filled(holding(short_labels(127)), [](Packet& p, unsigned) { p.pointer(held_at); }));
  expect_cheap(packet, 5300);
}

TEST(HostileCost, many_pointers_into_the_longest_name) {
  const Packet packet = with_one_more(filled(
      holding(short_labels(127)), [](Packet& p, unsigned i) { p.pointer(held_at + 2 * (i % 2)); }));
  expect_cheap(packet, 1000, WireError::too_many_pointers);
}

TEST(HostileCost, many_pointers_at_chains_of_64) {
  // Pairs of a label and a pointer at the pair before; the last of them stands for 127 labels.
  Octets chain = short_labels(64);
  std::size_t last = held_at;
  for (int i = 0; i < 63; ++i) {
    const std::size_t here = held_at + chain.size();
    chain.push_back(1);
    chain.push_back('b');
    chain.push_back(static_cast<std::uint8_t>(0xc0 | last >> 8));
    chain.push_back(static_cast<std::uint8_t>(last));
    last = here;
  }
  const Packet packet = with_one_more(
      filled(holding(chain), [last](Packet& p, unsigned i) { p.pointer(last - 4 * (i % 2)); }));
  expect_cheap(packet, 700, WireError::too_many_pointers);
}

TEST(HostileCost, many_long_names_written_whole) {
  const Packet packet = filled(Packet(), [](Packet& p, unsigned) { p.bytes(short_labels(127)); });
  expect_cheap(packet, 240);
}

TEST(HostileCost, option_floods) {
  const Packet packet = Packet({0, 0, 0, 1}).opt(Octets(16000 * 4));
  const auto time = shortest_time([&] {
    EXPECT_EQ(find_edns(MessageView::parse(packet).value()).error(), WireError::too_many_options);
  });
  EXPECT_LT(time, time_max / 10);
}

TEST(HostileCost, counts_that_lie) {
  const Packet packet = Packet({0, 65535, 65535, 65535}).bytes(Octets(20));
  EXPECT_LT(shortest_time([&] { EXPECT_TRUE(test::first_error(packet)); }), time_max / 10);
}

// A set of all that a message may hold, which is made only of what was read and believed.
TEST(HostileCost, sets_of_many_records) {
  const auto time = shortest_time([] {
    RRsetBuilder builder(Name(), RrType::a);
    for (std::uint32_t i = 0; i < 4000; ++i) {
      Octets rdata(4);
      store_u32(rdata.data(), i * 2654435761u);
      builder.add(rdata, 1);
    }
    EXPECT_EQ(builder.build()->size(), 4000u);
  });
  EXPECT_LT(time, 5 * time_max);
}

TEST(HostileCost, messages_of_disjoint_names) {
  Octets buffer(65535);
  static NameCompressor compressor;
  std::vector<Octets> targets;
  for (unsigned i = 0; i < 3000; ++i) {
    const std::string text = std::to_string(i * 2654435761u) + "." + std::to_string(i);
    targets.push_back(Octets{0, 10});
    const Octets name = name_octets(text);
    targets.back().insert(targets.back().end(), name.begin(), name.end());
  }
  const auto time = shortest_time([&] {
    MessageBuilder builder(buffer, buffer.size(), compressor);
    builder.header({});
    unsigned added = 0;
    for (const Octets& rdata : targets)
      added += builder.add_record(Section::answer, Name(), RrType::mx, 1, rdata);
    EXPECT_GT(added, 1500u);
    EXPECT_FALSE(builder.finish().empty());
  });
  EXPECT_LT(time, time_max);
}

TEST(HostileCost, messages_of_the_longest_names) {
  Octets buffer(65535);
  static NameCompressor compressor;
  std::vector<Name> owners;
  for (unsigned i = 0; i < 240; ++i) {
    Octets octets = short_labels(127);
    octets[1] = static_cast<std::uint8_t>(i);
    octets[251] = static_cast<std::uint8_t>(i);
    owners.push_back(Name::from_wire(octets).value());
  }
  const auto time = shortest_time([&] {
    MessageBuilder builder(buffer, buffer.size(), compressor);
    builder.header({});
    for (const Name& owner : owners)
      EXPECT_TRUE(builder.add_record(Section::answer, owner, RrType::null, 1, {}));
    EXPECT_FALSE(builder.finish().empty());
  });
  EXPECT_LT(time, time_max);
}

}  // namespace
}  // namespace godwit::wire
