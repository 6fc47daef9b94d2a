// The answer is header, question in the client's letter case, kept body with its TTLs put in, OPT.
#include "daemon/ready_answers.h"

#include <algorithm>

namespace godwit::daemon {
namespace {

using cache::PackedKey;
using wire::Rcode;

constexpr std::size_t sets_max = 16;
constexpr std::size_t draft_octets_max =
    wire::header_octets + wire::name_octets_max + 4 + cache::ready_body_octets_max;

PackedKey key_of(const ReadyQuery& query) noexcept {
  const cache::AnswerVariant variant{query.dnssec_ok, query.checking_disabled};
  return {query.hash, query.name(), query.type, variant.to_octet()};
}

wire::Cookie to_cookie(wire::Bytes body) noexcept {
  wire::Cookie out;
  std::ranges::copy(body.first(wire::cookie_client_octets), out.client.begin());
  const wire::Bytes server = body.subspan(wire::cookie_client_octets);
  std::ranges::copy(server, out.server_octets.begin());
  out.server_size = static_cast<std::uint8_t>(server.size());
  return out;
}

std::size_t opt_size(const ReadyQuery& query, const wire::Cookie& cookie) noexcept {
  if (!query.has_edns) return 0;
  if (query.cookie.empty()) return wire::opt_octets;
  return wire::opt_octets + wire::option_head_octets + wire::cookie_client_octets +
         cookie.server_size;
}

// As ClientRequests writes them: response, with recursion, to a query that wants it.
void write_header(const ReadyQuery& query, const cache::ReadyAnswer& answer,
                  std::uint8_t* out) noexcept {
  const bool shows_security = answer.is_secure() && (query.dnssec_ok || query.wants_security);
  out[2] = 0x81;
  out[3] = static_cast<std::uint8_t>(0x80 | (query.checking_disabled ? 0x10 : 0) |
                                     (shows_security ? 0x20 : 0) |
                                     static_cast<unsigned>(answer.rcode()));
  wire::store_u16(out + 4, 1);
  wire::store_u16(out + 6, answer.answer_count());
  wire::store_u16(out + 8, answer.authority_count());
  wire::store_u16(out + 10, query.has_edns ? 1 : 0);
}

void write_opt(const ReadyQuery& query, const wire::Cookie& cookie, std::uint16_t payload_octets,
               std::uint8_t* out) noexcept {
  if (!query.has_edns) return;
  const std::size_t size = opt_size(query, cookie);
  out[0] = 0;
  wire::store_u16(out + 1, static_cast<std::uint16_t>(wire::RrType::opt));
  wire::store_u16(out + 3, payload_octets);
  wire::store_u32(out + 5, query.dnssec_ok ? 0x8000 : 0);
  wire::store_u16(out + 9, static_cast<std::uint16_t>(size - wire::opt_octets));
  if (size == wire::opt_octets) return;
  wire::store_u16(out + 11, static_cast<std::uint16_t>(wire::EdnsOption::cookie));
  wire::store_u16(out + 13,
                  static_cast<std::uint16_t>(size - wire::opt_octets - wire::option_head_octets));
  std::uint8_t* const body = std::ranges::copy(cookie.client, out + 15).out;
  std::ranges::copy(cookie.server(), body);
}

}  // namespace

void ReadyAnswers::prepare(wire::Bytes message, ReadyQuery& out) const noexcept {
  read_ready_query(message, out);
  if (!out.may_be_ready) return;
  out.hash = hash_.owner(out.name());
  answers_.prefetch(out.hash);
}

bool ReadyAnswers::may_ask(const Client& client) noexcept {
  if (!client.over_tcp && is_unanswerable_port(client.peer.port)) return false;
  if (last_allowed_ == client.peer.address) return true;
  const AnswerPolicy& policy = requests_.policy();
  if (!policy.access.allows(client.peer.address)) return false;
  // Kept answers are those that no rule touches for the sake of their names or addresses.
  if (policy.policy && policy.policy->has_rule_for(client.peer.address)) return false;
  last_allowed_ = client.peer.address;
  return true;
}

ReadyAnswers::Answered ReadyAnswers::answer(const ReadyQuery& query, const Client& client,
                                            const Moment& moment, wire::MutableBytes out) noexcept {
  if (!may_ask(client)) return {};
  const auto found = answers_.find(key_of(query), moment.now, buffer_);
  if (!found) return {};
  wire::Cookie cookie;
  if (!query.cookie.empty())
    cookie = requests_.cookie_for(to_cookie(query.cookie), client, moment.wall_seconds);

  const std::size_t body_at = query.question_end();
  const std::size_t opt_at = body_at + found->body_octets();
  const std::size_t size = opt_at + opt_size(query, cookie);
  const auto payload_octets = query.has_edns ? std::optional(query.payload_octets) : std::nullopt;
  if (size > requests_.answer_octets_max(client, payload_octets) || size > out.size()) return {};
  std::memcpy(out.data(), query.message.data(), body_at);
  write_header(query, *found, out.data());
  found->write(out.data() + body_at, wire::load_u16(out.data()), moment.now);
  write_opt(query, cookie, requests_.policy().edns_octets, out.data() + opt_at);
  return {
      out.first(size), found->rcode(), {found->life_seconds(), found->seconds_left(moment.now)}};
}

// An answer rendered for nobody in particular.
struct ReadyAnswers::Draft {
  std::array<std::uint8_t, draft_octets_max> octets;
  std::array<cache::ReadySet, sets_max> sets;
  std::size_t set_count = 0;
  cache::Time expires = cache::Time::max();
  cache::ReadyParts parts;
};

// False: it does not fit, or cannot be counted down.
bool ReadyAnswers::render(const ReadyQuery& query, const iterator::Answer& answer, Draft& draft) {
  const auto name = wire::Name::from_valid_wire(query.name()).to_lower();
  wire::MessageBuilder builder(draft.octets, draft.octets.size(), compressor_);
  builder.header({});
  if (!builder.question(name, wire::RrType{query.type}, wire::RrClass::in)) return false;
  const auto add = [&](wire::Section section, const std::vector<iterator::AnswerRRset>& sets,
                       std::uint16_t& count) {
    for (const auto& set : sets) {
      if (section == wire::Section::authority && !is_shown(set, query.dnssec_ok)) continue;
      const auto options = rrset_options(set, name, query.dnssec_ok);
      const std::size_t begin = builder.size();
      if (draft.set_count == sets_max || set.set->type() == wire::RrType::dname ||
          !builder.add_rrset(section, *set.set, options))
        return false;
      const std::size_t signatures = query.dnssec_ok ? set.set->signatures().size() : 0;
      auto& kept = draft.sets[draft.set_count++];
      kept.octets = static_cast<std::uint16_t>(builder.size() - begin);
      kept.records = static_cast<std::uint16_t>(set.set->size() + signatures);
      kept.rotated = is_rotated(*set.set) ? static_cast<std::uint16_t>(set.set->size()) : 0u;
      kept.expires = set.expires;
      draft.expires = std::min(draft.expires, set.expires);
      count = static_cast<std::uint16_t>(count + kept.records);
    }
    return true;
  };
  auto& parts = draft.parts;
  if (!add(wire::Section::answer, answer.answer, parts.answer_count) ||
      !add(wire::Section::authority, answer.authority, parts.authority_count))
    return false;
  parts.rcode = answer.rcode;
  parts.secure = answer.security == cache::Security::secure;
  parts.body = wire::Bytes(draft.octets).first(builder.size()).subspan(query.question_end());
  parts.sets = std::span(draft.sets).first(draft.set_count);
  return draft.set_count > 0;
}

void ReadyAnswers::keep(wire::Bytes message, const iterator::Answer& answer, const Before& before,
                        const Keeping& keeping, cache::Time now) {
  ReadyQuery query;
  prepare(message, query);
  const bool is_plain = answer.errors.empty() && !answer.authoritative && before.marks.complete &&
                        (answer.rcode == Rcode::noerror || answer.rcode == Rcode::nxdomain);
  if (!query.may_be_ready || !is_plain) return;
  // It may be there, and not have suited the client.
  if (answers_.find(key_of(query), now, buffer_)) return;
  Draft draft;
  // What is not from the caches has no end that is known.
  if (!render(query, answer, draft) || draft.expires <= now) return;
  draft.parts.marks = std::span(before.marks.marks).first(before.marks.size);
  draft.parts.epoch = before.epoch;
  draft.parts.life_seconds = keeping.life_seconds;
  draft.parts.keep_until = keeping.until;
  (void)answers_.put(key_of(query), draft.parts, draft.expires, now);
}

}  // namespace godwit::daemon
