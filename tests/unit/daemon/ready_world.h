// Caches with answers of every shape, and queries that differ in one thing each: for tests that
// compare the hit path with the ordinary way, octet for octet.
#pragma once

#include <random>

#include "service_world.h"

namespace godwit::daemon {

// A question that the caches have an answer to.
struct Shape {
  std::string_view name;
  std::uint16_t type;
};

class ReadyWorld : public ServiceWorld {
 protected:
  static constexpr std::uint32_t ttl = 300;
  static constexpr std::uint16_t a = 1, ns = 2, cname = 5, mx = 15, txt = 16, aaaa = 28;

  ReadyWorld() { serve({}); }

  static wire::Name name(std::string_view text) { return wire::parse_name(text).value(); }
  void store(wire::RRsetBuilder& builder) {
    caches.rrsets.store(builder.build(), cache::Trust::answer_authoritative, clock.time);
  }
  void store_addresses(std::string_view owner, std::uint16_t type, std::uint8_t count,
                       std::uint32_t seconds = ttl) {
    wire::RRsetBuilder builder(name(owner), wire::RrType{type});
    for (std::uint8_t i = 0; i < count; ++i) {
      Octets rdata(type == aaaa ? 16 : 4, i);
      builder.add(rdata, seconds);
    }
    store(builder);
  }
  void store_signed(std::string_view owner) {
    wire::RRsetBuilder builder(name(owner), wire::RrType::a);
    for (std::uint8_t i = 1; i < 4; ++i) builder.add(Octets{192, 0, 2, i}, ttl);
    Octets rrsig{0, 1, 13, 2, 0, 0, 1, 44, 0, 0, 0, 1, 0, 0, 0, 0, 0, 7};
    const auto signer = name("signed.example.");
    rrsig.insert(rrsig.end(), signer.wire().begin(), signer.wire().end());
    rrsig.resize(rrsig.size() + 64, 9);
    builder.add_signature(rrsig, ttl);
    store(builder);
  }
  void store_alias(std::string_view owner, std::string_view target, std::uint32_t seconds) {
    wire::RRsetBuilder builder(name(owner), wire::RrType::cname);
    builder.add(name(target).wire(), seconds);
    store(builder);
  }
  void store_texts(std::string_view owner, std::uint8_t count, std::size_t octets) {
    wire::RRsetBuilder builder(name(owner), wire::RrType::txt);
    for (std::uint8_t i = 0; i < count; ++i) {
      Octets rdata(octets + 1, static_cast<std::uint8_t>('a' + i));
      rdata[0] = static_cast<std::uint8_t>(octets);
      builder.add(rdata, ttl);
    }
    store(builder);
  }
  void store_exchanges(std::string_view owner) {
    wire::RRsetBuilder builder(name(owner), wire::RrType::mx);
    for (const auto* host : {"Mail.Example.", "mx.mail.EXAMPLE.", "mx.other.", "MAIL.other."}) {
      Octets rdata{0, 10};
      const auto target = name(host);
      rdata.insert(rdata.end(), target.wire().begin(), target.wire().end());
      builder.add(rdata, ttl);
    }
    store(builder);
  }
  static wire::RRsetPtr soa(std::string_view zone) {
    wire::RRsetBuilder builder(name(zone), wire::RrType::soa);
    Octets rdata;
    for (const auto* one : {"NS.example.", "hostmaster.example."}) {
      const auto target = name(one);
      rdata.insert(rdata.end(), target.wire().begin(), target.wire().end());
    }
    rdata.resize(rdata.size() + 16);
    const Octets minimum{0, 0, 0, 200};
    rdata.insert(rdata.end(), minimum.begin(), minimum.end());
    builder.add(rdata, 250);
    return builder.build();
  }
  void fill() {
    store_addresses("one.example.", a, 1);
    store_addresses("four.Example.", a, 4);
    store_addresses("four.example.", aaaa, 4);
    store_addresses(".", a, 2);
    store_alias("alias.example.", "Next.Example.", 120);
    store_alias("next.example.", "end.other.", 60);
    store_addresses("End.other.", a, 3, 90);
    store_exchanges("example.");
    store_texts("big.example.", 4, 200);
    store_texts("huge.example.", 12, 200);
    store_signed("www.signed.example.");
    caches.negatives.store_nodata(name("four.example."), wire::RrType::mx, soa("Example."),
                                  clock.time);
    caches.negatives.store_nxdomain(name("none.example."), soa("example."), clock.time);
    store_alias("dangling.example.", "none.example.", ttl);
  }
  static std::vector<Shape> shapes() {
    return {{"one.example.", a},      {"four.example.", a},
            {"four.example.", aaaa},  {".", a},
            {"alias.example.", a},    {"alias.example.", cname},
            {"example.", mx},         {"big.example.", txt},
            {"huge.example.", txt},   {"four.example.", mx},
            {"none.example.", a},     {"none.example.", aaaa},
            {"dangling.example.", a}, {"www.signed.example.", a}};
  }

  // The ordinary way's answer; empty when there is none at once.
  Octets ordinary(const Octets& query, const Client& client) {
    ReplyRoute route;
    route.sink = &sink;
    Octets buffer(65535);
    const auto handled = service->handle_unready(query, false, client, route, buffer);
    mailbox.empty();
    return {handled.answer.begin(), handled.answer.end()};
  }
  // The hit path's; empty when it leaves the query to the ordinary way.
  Octets ready_answer(const Octets& query, const Client& client) {
    Octets buffer(65535);
    ReadyQuery read;
    service->prepare(query, false, read);
    if (!read.may_be_ready) return {};
    const auto answer = service->answer_ready(read, client, service->moment(), buffer);
    return {answer.message.begin(), answer.message.end()};
  }
  static Client client_at(std::string_view address, std::uint16_t port = 40000,
                          bool over_tcp = false) {
    Client client;
    client.peer = {wire::IpAddress::parse(address).value(), port};
    client.over_tcp = over_tcp;
    return client;
  }
  // A query for a shape with one of everything that may be different, chosen by `random`.
  static Octets draw(const Shape& shape, std::mt19937& random) {
    const auto one_in = [&random](unsigned n) { return random() % n == 0; };
    QueryMaker query(shape.name, shape.type);
    query.id = static_cast<std::uint16_t>(random());
    for (std::size_t i = 0; i + 4 < query.question.size(); ++i) {
      auto& octet = query.question[i];
      if (octet >= 'a' && octet <= 'z' && one_in(2))
        octet = static_cast<std::uint8_t>(octet - 'a' + 'A');
    }
    if (one_in(8)) query.flags = static_cast<std::uint16_t>(query.flags & ~0x0100);  // RD
    if (one_in(3)) query.flags |= 0x0010;                                            // CD
    if (one_in(3)) query.flags |= 0x0020;                                            // AD
    if (one_in(8)) query.flags |= 0x0400;                                            // AA
    if (one_in(3)) return query.octets();
    const std::uint16_t sizes[] = {0, 511, 512, 1231, 1232, 4096, 65535};
    Octets options;
    if (one_in(3)) options = QueryMaker::option(10, {1, 2, 3, 4, 5, 6, 7, 8});
    if (one_in(6))
      options = QueryMaker::option(
          10, {1, 2, 3, 4, 5, 6, 7, 8, 1, 0, 0, 0, 1, 2, 3, 4, 9, 9, 9, 9, 9, 9, 9, 9});
    if (one_in(12)) options = QueryMaker::option(10, {1, 2, 3});
    if (one_in(12)) options = QueryMaker::option(12, Octets(20));
    if (one_in(12)) options = QueryMaker::option(3, {});
    const std::uint16_t z = one_in(2) ? 0x8000 : 0;
    const std::uint8_t version = one_in(12) ? 1 : 0;
    return query.edns(options, sizes[random() % std::size(sizes)], version, z).octets();
  }
};

}  // namespace godwit::daemon
