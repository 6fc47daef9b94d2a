// A story in a signed world: the root, whose key the resolver has, and "test." are secure; zones
// below are signed as each test wants, and somebody on the way may change what servers say.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/sim/faults.h"
#include "tests/sim/forgery.h"
#include "tests/sim/story.h"

namespace godwit::sim {

using cache::Security;
using wire::Rcode;
using wire::RrType;

class SignedStory : public testing::Test {
 protected:
  SignedStory() {
    story.world.sign(".");
    story.world.trust(story.world.zone("."));
    story.world.sign("test.");
  }

  // Another plan needs another DS.
  Zone& add(std::string_view apex, std::string_view ip, const SigningPlan& plan = {}) {
    Zone& zone = story.world.delegate(apex, ip);
    story.world.sign(apex, plan);
    return zone.a("www", "198.18.0.1");
  }
  ZoneSigner& signer(std::string_view apex) { return *story.world.zone(apex).signer(); }

  Told ask(std::string_view text, RrType type = RrType::a, bool checking_disabled = false) {
    if (!story.options().anchors) story.options().anchors = story.world.anchors();
    const std::uint64_t before = checks_made();
    Told made = story.ask(text, type, checking_disabled);
    checks = checks_made() - before;
    return made;
  }
  std::uint64_t checks_made() {
    return story.resolver().resolver().counters().signature_checks.load();
  }

  // Changes what the servers at `ip` say to questions for that type (or any).
  using Change = std::function<void(const Message& query, Message& reply)>;
  void change(std::string_view ip, Change what, RrType type = RrType::any) {
    changes_.push_back({address(ip), type, std::move(what)});
    story.world.tampering().message = [this](const Authority& server, const Arrival&,
                                             const Message& query, Message& reply) {
      for (const auto& one : changes_)
        if (one.ip == server.address() &&
            (one.type == RrType::any || one.type == query.question->type))
          one.what(query, reply);
    };
  }
  void change_nothing_more() { changes_.clear(); }

  static void remove(std::vector<Record>& records, RrType type) {
    std::erase_if(records, [type](const Record& r) { return r.type == type; });
  }
  // As from a zone that is not signed.
  static void strip(Message& reply) {
    for (auto* section : {&reply.answer, &reply.authority})
      for (const RrType type : {RrType::rrsig, RrType::nsec, RrType::nsec3, RrType::ds})
        remove(*section, type);
  }
  static void forge_addresses(Message& reply) {
    for (Record& record : reply.answer)
      if (record.type == RrType::a) record = forged_a(record.owner);
  }
  static void append(std::vector<Record>& to, const std::vector<Record>& more) {
    to.insert(to.end(), more.begin(), more.end());
  }
  // Those records, and the signatures of that zone over them.
  void append_signed(std::vector<Record>& to, std::string_view apex,
                     const std::vector<Record>& records) {
    append(to, records);
    append(to, signer(apex).signatures(records));
  }
  // In the place of what the zone above says. ds_of(): of no key that there is.
  void replace_ds(std::string_view apex, const std::vector<Octets>& rdata) {
    Zone& parent = story.world.zone("test.");
    parent.remove(name(apex), RrType::ds);
    for (const Octets& one : rdata)
      parent.put({name(apex), RrType::ds, wire::RrClass::in, 3600, one});
  }
  static Octets ds_of(std::uint8_t algorithm, std::uint8_t digest) {
    Octets rdata{0x12, 0x34, algorithm, digest};
    rdata.resize(4 + 32, 0x55);
    return rdata;
  }
  // "test." refers without a word about DS, and when it is asked for it, fails.
  void hide_ds() {
    change(top_ip, [](const Message& query, Message& reply) {
      if (query.question->type != RrType::dnskey) strip(reply);
    });
    change(
        top_ip,
        [](const Message& query, Message& reply) {
          reply = reply_to(query);
          reply.edns = true;
          reply.rcode = static_cast<std::uint16_t>(Rcode::servfail);
        },
        RrType::ds);
  }
  static bool is_refused(const Told& told) {
    return told.rcode == Rcode::servfail && told.answer.empty() && told.authority.empty() &&
           told.has_reason;
  }

  Story story;
  std::uint64_t checks = 0;  // of signatures, for the last question

 private:
  struct OneChange {
    wire::IpAddress ip;
    RrType type;
    Change what;
  };
  std::vector<OneChange> changes_;
};

}  // namespace godwit::sim
