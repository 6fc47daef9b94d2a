// How the verdict is reached. The rule behind "ignored" and "near miss": a message is a near miss
// when it would have been accepted had one of the values that an attacker must guess, or the
// question, been the right one; a message that no guess could have made acceptable is noise, and
// noise must not be able to move a query to TCP.
#include "iterator/response_match.h"

namespace godwit::iterator {
namespace {

bool question_matches(const ExpectedResponse& expected, const wire::QuestionView& question,
                      bool over_tcp) noexcept {
  if (question.type != expected.type || question.rr_class != expected.rr_class) return false;
  if (expected.exact_case && !over_tcp) return question.name.is_identical(expected.name);
  return question.name == expected.name;
}

// A server that cannot read the query may answer with a bare header (RFC 1035 §4.1.1).
bool is_bare_error(const wire::Header& header) noexcept {
  if (header.qdcount != 0 || header.ancount != 0 || header.nscount != 0) return false;
  const auto rcode = static_cast<wire::Rcode>(header.rcode);
  return rcode == wire::Rcode::formerr || rcode == wire::Rcode::notimp ||
         rcode == wire::Rcode::refused;
}

// RFC 7873 §5.3: a COOKIE of an illegal length or with another client part is discarded, always; a
// missing one is, when the server is known to send it. Only an attacker off the path has to fear
// the question whether there is one, so over TCP its absence, and records that cannot be read, are
// left to whoever reads the records.
bool cookie_matches(const ExpectedResponse& expected, const wire::MessageView& message,
                    bool over_tcp) noexcept {
  const auto edns = wire::find_edns(message);
  if (!edns) return over_tcp;
  if (!edns->has_value()) return over_tcp || !expected.cookie_required;
  if ((*edns)->cookie_malformed) return false;
  const auto& cookie = (*edns)->cookie;
  if (!cookie) return over_tcp || !expected.cookie_required;
  return cookie->client == *expected.cookie;
}

}  // namespace

MatchVerdict judge(const ExpectedResponse& expected, wire::Bytes message, bool over_tcp) noexcept {
  const auto header = wire::Header::parse(message);
  if (!header || !header->qr || header->opcode != wire::Opcode::query) return MatchVerdict::ignored;
  if (header->id != expected.id) return over_tcp ? MatchVerdict::ignored : MatchVerdict::near_miss;

  const auto view = wire::MessageView::parse(message);
  if (!view) return MatchVerdict::near_miss;
  if (!view->question()) {
    return over_tcp && is_bare_error(*header) ? MatchVerdict::accepted : MatchVerdict::near_miss;
  }
  if (!question_matches(expected, *view->question(), over_tcp)) return MatchVerdict::near_miss;
  // Nothing of a truncated message is used but the fact: the question goes to TCP.
  if (header->tc || !expected.cookie) return MatchVerdict::accepted;
  return cookie_matches(expected, *view, over_tcp) ? MatchVerdict::accepted
                                                   : MatchVerdict::near_miss;
}

}  // namespace godwit::iterator
