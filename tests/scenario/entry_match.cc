#include "tests/scenario/entry_match.h"

#include <algorithm>
#include <tuple>

#include "wire/rdata_text.h"

namespace godwit::scenario {
namespace {

using Records = std::vector<sim::Record>;

bool same_record(const sim::Record& a, const sim::Record& b, bool with_ttl) {
  return a.is_same_data(b) && (!with_ttl || a.ttl == b.ttl);
}

const sim::Record* missing_from(const Records& needed, const Records& present, bool with_ttl) {
  for (const sim::Record& want : needed)
    if (std::none_of(present.begin(), present.end(),
                     [&](const sim::Record& have) { return same_record(want, have, with_ttl); }))
      return &want;
  return nullptr;
}

std::optional<std::string> section_difference(const char* section, const Records& expected,
                                              const Records& actual, bool minimal, bool with_ttl) {
  if (const auto* extra = missing_from(actual, expected, with_ttl))
    return std::string(section) + " has an unexpected " + extra->to_text();
  Records needed = expected;
  if (minimal)
    std::erase_if(needed, [](const sim::Record& r) { return r.type != wire::RrType::soa; });
  if (const auto* left_out = missing_from(needed, actual, with_ttl))
    return std::string(section) + " lacks " + left_out->to_text();
  return std::nullopt;
}

bool same_flags(const wire::Header& a, const wire::Header& b) {
  return std::tie(a.qr, a.aa, a.tc, a.rd, a.ra, a.ad, a.cd) ==
         std::tie(b.qr, b.aa, b.tc, b.rd, b.ra, b.ad, b.cd);
}

bool same_question(const sim::Message& expected, const sim::Message& actual) {
  if (!expected.question || !actual.question) return !expected.question && !actual.question;
  return expected.question->name == actual.question->name &&
         expected.question->type == actual.question->type &&
         expected.question->rr_class == actual.question->rr_class;
}

bool is_formerr(const sim::Message& message) {
  return message.rcode == static_cast<std::uint16_t>(wire::Rcode::formerr);
}

// Leaves the five numbers of each SOA.
void forget_names_of_soa(Records& records) {
  constexpr std::size_t numbers_octets = 20;
  for (sim::Record& record : records)
    if (record.type == wire::RrType::soa && record.rdata.size() > numbers_octets)
      record.rdata.erase(record.rdata.begin(), record.rdata.end() - numbers_octets);
}

// The fields that a query and an answer have in common.
std::optional<std::string> common_difference(const Entry& expected, const sim::Message& actual) {
  const MatchFields& m = expected.match;
  const sim::Message& e = expected.message;
  const auto& want = e.question;
  const auto& have = actual.question;
  const bool about_the_question = m.qname || m.qtype || m.qcase || m.subdomain;
  if (about_the_question && (!want || !have)) return "a question is missing";
  if (m.opcode && e.header.opcode != actual.header.opcode) return "the opcode differs";
  if (m.qname && !(want->name == have->name)) return "QNAME differs";
  if (m.qtype && want->type != have->type) return "QTYPE differs";
  if (m.qcase && !want->name.is_identical(have->name)) return "the case of QNAME differs";
  if (m.subdomain && !have->name.is_at_or_below(want->name)) return "QNAME is elsewhere";
  const bool may_lack_question = is_formerr(e) && is_formerr(actual);
  if (m.question && !may_lack_question && !same_question(e, actual)) return "the question differs";
  if (m.flags && !same_flags(e.header, actual.header)) return "flags differ";
  if (m.rcode && e.rcode != actual.rcode) return "rcode differs";
  if (m.dnssec_ok && e.dnssec_ok != actual.dnssec_ok) return "DO differs";
  return std::nullopt;
}

}  // namespace

bool matches_query(const Entry& entry, const sim::Message& query, iterator::Transport transport) {
  if (entry.match.tcp && *entry.match.tcp != (transport == iterator::Transport::tcp)) return false;
  return !common_difference(entry, query);
}

bool is_same_question(const Entry& expected, const sim::Message& answer) {
  return same_question(expected.message, answer);
}

std::optional<std::string> difference(const Entry& expected, const sim::Message& original) {
  const MatchFields& m = expected.match;
  sim::Message e = expected.message;
  sim::Message answer = original;
  if (e.header.aa && answer.header.aa) {
    forget_names_of_soa(e.authority);
    forget_names_of_soa(answer.authority);
  }
  if (auto why = common_difference(expected, answer)) return why;
  if (m.answer)
    if (auto why = section_difference("answer", e.answer, answer.answer, false, m.ttl)) return why;
  if (m.authority)
    if (auto why = section_difference("authority", e.authority, answer.authority, true, m.ttl))
      return why;
  if (m.additional)
    if (auto why = section_difference("additional", e.additional, answer.additional, true, m.ttl))
      return why;
  if (expected.edns_data && *expected.edns_data != answer.edns_options)
    return "EDNS options differ";
  return std::nullopt;
}

sim::Octets reply_by(const Entry& entry, const sim::Message& query) {
  if (entry.raw) {
    sim::Octets octets = *entry.raw;
    if (entry.copy_id && octets.size() >= 2) wire::store_u16(octets.data(), query.header.id);
    return octets;
  }
  sim::Message reply = entry.message;
  if (entry.copy_id) reply.header.id = query.header.id;
  if (entry.copy_query) reply.question = query.question;
  return sim::encode(reply);
}

}  // namespace godwit::scenario
