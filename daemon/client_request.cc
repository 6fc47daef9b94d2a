// The rules for queries in the order in which they are applied: silence, access, opcode, shape,
// EDNS, question. Numbers of cases are those of docs/testing.md.
#include "daemon/client_request.h"

#include <algorithm>

#include "daemon/socket_address.h"

namespace godwit::daemon {
namespace {

using wire::EdeCode;
using wire::Rcode;

constexpr std::uint16_t udp_octets_min = 512;  // RFC 1035 §4.2.1, RFC 6891 §6.2.3

constexpr Refusal format_error{Rcode::formerr, {}, {}};
constexpr Refusal not_implemented{Rcode::notimp, EdeCode::not_supported,
                                  "only opcode QUERY is answered"};
constexpr Refusal bad_version{Rcode::badvers, {}, {}};
constexpr Refusal cookie_only{Rcode::noerror, {}, {}};  // RFC 7873 §5.4
constexpr Refusal not_allowed{Rcode::refused, EdeCode::prohibited, "this client may not ask here"};
constexpr Refusal not_recursive{Rcode::refused, EdeCode::not_authoritative,
                                "queries need the RD bit: this is a resolver"};

void take_question(const wire::MessageView& view, RequestContext& context) noexcept {
  if (!view.question()) return;
  context.has_question = true;
  context.question.name = view.question()->name.to_name();
  context.question.type = view.question()->type;
  context.question.rr_class = view.question()->rr_class;
  context.question.checking_disabled = context.cd;
}

// Counts that no query has here (RFC 9619; RFC 1035 §4.1.1): the authority record of an IXFR (RFC
// 1995 §3) is for servers that transfer zones.
bool has_query_counts(const wire::Header& header) noexcept {
  return header.ancount == 0 && header.nscount == 0;
}

// Who is refused, or cannot be understood, is offered no recursion.
bool offers_recursion(wire::Rcode rcode) noexcept {
  return rcode != wire::Rcode::refused && rcode != wire::Rcode::formerr;
}

std::optional<Refusal> judge_message(const wire::Header& header,
                                     const std::optional<wire::Edns>& edns,
                                     const RequestContext& context) noexcept {
  if (header.tc || !has_query_counts(header)) return format_error;
  if (edns && edns->version != 0) return bad_version;
  if (edns && edns->cookie_malformed) return format_error;
  if (!context.has_question) return context.cookie ? cookie_only : format_error;
  if (!header.rd) return not_recursive;
  return std::nullopt;
}

}  // namespace

bool is_unanswerable_port(std::uint16_t port) noexcept {
  constexpr std::uint16_t ports[] = {0, 7, 9, 13, 17, 19, 37};
  return std::ranges::find(ports, port) != std::end(ports);
}

bool may_answer(const Client& client, wire::Rcode rcode) noexcept {
  return client.over_tcp || client.peer.port != dns_port || rcode == Rcode::noerror ||
         rcode == Rcode::nxdomain;
}

// The name that was asked for is shown as a pointer to the question.
wire::MessageBuilder::RRsetOptions rrset_options(const iterator::AnswerRRset& set,
                                                 const wire::Name& qname, bool dnssec_ok) noexcept {
  wire::MessageBuilder::RRsetOptions options;
  options.ttl = set.ttl;
  options.with_signatures = dnssec_ok;
  if (wire::equal_ignoring_case(set.set->owner_wire(), qname.wire())) options.owner = &qname;
  return options;
}

bool is_shown(const iterator::AnswerRRset& set, bool dnssec_ok) noexcept {
  const wire::RrType type = set.set->type();
  return dnssec_ok || (type != wire::RrType::nsec && type != wire::RrType::nsec3);
}

bool is_rotated(const wire::RRset& set) noexcept {
  return set.type() == wire::RrType::a || set.type() == wire::RrType::aaaa;
}

ReadRequest ClientRequests::read(wire::Bytes message, bool cut_off, const Client& client,
                                 std::uint32_t wall_seconds) {
  ReadRequest out;
  auto& context = out.context;
  const auto refuse = [&out](const Refusal& refusal) {
    out.verdict = RequestVerdict::refuse;
    out.refusal = refusal;
  };
  const auto header = wire::Header::parse(message);
  if (!header) return out;
  if (header->qr) out.drop_cause = DropCause::is_response;
  if (header->qr) return out;
  out.drop_cause = DropCause::source_port;
  if (!client.over_tcp && is_unanswerable_port(client.peer.port)) return out;

  context.id = header->id;
  context.opcode = header->opcode;
  context.rd = header->rd;
  context.cd = header->cd;
  context.ad = header->ad;
  context.over_tcp = client.over_tcp;
  context.size_limit = answer_octets_max(client, std::nullopt);
  const auto view = wire::MessageView::parse(message);
  if (view) take_question(*view, context);
  const bool allowed = out.client_allowed = policy_->access.allows(client.peer.address);
  const bool is_query = header->opcode == wire::Opcode::query;
  std::optional<wire::Edns> edns;
  bool readable = view.has_value() && !cut_off;
  // Announced answers are looked at in no query, however many there are; other opcodes have their
  // own use for the sections.
  if (readable && (!is_query || has_query_counts(*header))) {
    const auto found = wire::find_edns(*view);
    readable = found.has_value();
    if (readable) edns = *found;
  }
  if (edns) read_edns(*edns, client, wall_seconds, context);
  if (!allowed) {
    refuse(not_allowed);
  } else if (!is_query) {
    refuse(not_implemented);
  } else if (!readable) {
    refuse(format_error);
  } else if (const auto refusal = judge_message(*header, edns, context)) {
    refuse(*refusal);
  } else {
    out.local_answer =
        iterator::answer_by_policy(context.question, policy_->identity,
                                   policy_->special_names.get(), policy_->local_data.get());
    out.verdict = out.local_answer ? RequestVerdict::local : RequestVerdict::resolve;
  }
  return out;
}

void ClientRequests::read_edns(const wire::Edns& edns, const Client& client,
                               std::uint32_t wall_seconds, RequestContext& context) {
  context.has_edns = true;
  context.dnssec_ok = edns.dnssec_ok;
  context.size_limit = answer_octets_max(client, edns.udp_payload_octets);
  if (edns.version != 0) return;  // what its options mean is not known
  context.nsid_wanted = edns.nsid.has_value() && !policy_->nsid.empty();
  if (client.over_tcp && edns.keepalive && client.keepalive_units > 0)
    context.keepalive = client.keepalive_units;
  if (!edns.cookie || edns.cookie_malformed) return;
  context.cookie_verdict = cookies_.check(*edns.cookie, client.peer.address, wall_seconds);
  context.cookie =
      cookies_.reply(*edns.cookie, context.cookie_verdict, client.peer.address, wall_seconds);
}

std::uint16_t ClientRequests::answer_octets_max(
    const Client& client, std::optional<std::uint16_t> payload_octets) const noexcept {
  if (client.over_tcp) return wire::message_octets_max;
  return std::clamp(payload_octets.value_or(0), udp_octets_min,
                    std::max(policy_->edns_octets, udp_octets_min));
}

wire::Cookie ClientRequests::cookie_for(const wire::Cookie& cookie, const Client& client,
                                        std::uint32_t wall_seconds) noexcept {
  const auto verdict = cookies_.check(cookie, client.peer.address, wall_seconds);
  return cookies_.reply(cookie, verdict, client.peer.address, wall_seconds);
}

wire::EdnsToWrite ClientRequests::edns_for(const RequestContext& context) const noexcept {
  wire::EdnsToWrite out;
  out.udp_payload_octets = policy_->edns_octets;
  out.dnssec_ok = context.dnssec_ok;
  out.cookie = context.cookie;
  if (context.keepalive) out.keepalive = context.keepalive;
  if (context.nsid_wanted)
    out.nsid = wire::Bytes(reinterpret_cast<const std::uint8_t*>(policy_->nsid.data()),
                           policy_->nsid.size());
  return out;
}

// AD is for those who have said that they know what it means (RFC 6840 §5.7, §5.8).
void ClientRequests::begin(wire::MessageBuilder& builder, const RequestContext& context,
                           AnswerFlags flags, const wire::EdnsToWrite& edns) const noexcept {
  wire::Header header;
  header.id = context.id;
  header.qr = true;
  header.opcode = context.opcode;
  header.aa = flags.authoritative;
  header.rd = context.rd;
  header.ra = flags.recursion_available;
  header.ad = flags.secure && (context.ad || context.dnssec_ok);
  header.cd = context.cd;
  builder.header(header);
  if (context.has_question)
    (void)builder.question(context.question.name.to_lower(), context.question.type,
                           context.question.rr_class);
  if (context.has_edns) builder.reserve_edns(edns);
}

// The question in the client's letter case. What points into it is compressed as for one in lower
// case, so that an answer has the same octets behind any.
wire::Bytes ClientRequests::finish(wire::MessageBuilder& builder, const RequestContext& context,
                                   wire::MutableBytes out) noexcept {
  const auto message = builder.finish();
  const auto name = context.question.name.wire();
  if (context.has_question && message.size() >= wire::header_octets + name.size())
    std::ranges::copy(name, out.data() + wire::header_octets);
  return message;
}

wire::Bytes ClientRequests::render(const RequestContext& context, const iterator::Answer& answer,
                                   wire::MutableBytes out) {
  std::array<wire::ExtendedErrorView, wire::edns_errors_max> errors;
  const auto error_count = std::min(answer.errors.size(), errors.size());
  for (std::size_t i = 0; i < error_count; ++i)
    errors[i] = {answer.errors[i].code, answer.errors[i].text};
  auto edns = edns_for(context);
  edns.errors = std::span(errors).first(error_count);

  wire::MessageBuilder builder(out, context.size_limit, compressor_);
  const bool secure = answer.security == cache::Security::secure;
  begin(builder, context, {answer.authoritative, offers_recursion(answer.rcode), secure}, edns);
  builder.set_rcode(answer.rcode);
  const auto qname = context.question.name.to_lower();
  const auto add = [&](wire::Section section, const std::vector<iterator::AnswerRRset>& sets) {
    for (const auto& set : sets) {
      if (section == wire::Section::authority && !is_shown(set, context.dnssec_ok)) continue;
      auto options = rrset_options(set, qname, context.dnssec_ok);
      // The id is the client's random number: good enough to spread load over addresses.
      if (is_rotated(*set.set)) options.rotate_by = context.id;
      if (!builder.add_rrset(section, *set.set, options)) return false;
    }
    return true;
  };
  if (!add(wire::Section::answer, answer.answer) ||
      !add(wire::Section::authority, answer.authority) || context.is_cut_off)
    builder.set_truncated();
  return finish(builder, context, out);
}

wire::Bytes ClientRequests::render_refusal(const RequestContext& context, const Refusal& refusal,
                                           wire::MutableBytes out) {
  const wire::ExtendedErrorView error{refusal.ede, refusal.ede_text};
  auto edns = edns_for(context);
  if (!refusal.ede_text.empty()) edns.errors = {&error, 1};
  wire::MessageBuilder builder(out, context.size_limit, compressor_);
  begin(builder, context, {false, offers_recursion(refusal.rcode), false}, edns);
  builder.set_rcode(refusal.rcode);
  return finish(builder, context, out);
}

}  // namespace godwit::daemon
