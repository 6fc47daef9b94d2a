// Any octets as a datagram that may be the response to a query: no fault, and what is accepted has
// the id and the question, whatever else it is. The first octets choose what is expected.
#include "iterator/response_match.h"
#include "tests/fuzz/fuzz.h"
#include "wire/message_view.h"

namespace {

using godwit::fuzz::require;
using godwit::iterator::ExpectedResponse;
using godwit::iterator::MatchVerdict;

constexpr std::uint8_t exact_case = 1, with_cookie = 2, cookie_required = 4, over_tcp = 8,
                       take_question = 16;

// Expects the message's own question, when it has one, so that the fuzzer gets past the question.
ExpectedResponse expectation(std::uint8_t choice, godwit::wire::Bytes message) {
  ExpectedResponse out;
  out.type = godwit::wire::RrType::a;
  out.exact_case = (choice & exact_case) != 0;
  if ((choice & with_cookie) != 0) out.cookie.emplace().fill(0);
  out.cookie_required = (choice & cookie_required) != 0;
  const auto view = godwit::wire::MessageView::parse(message);
  if ((choice & take_question) == 0 || !view) return out;
  out.id = view->header().id;
  if (!view->question()) return out;
  out.name = view->question()->name.to_name();
  out.type = view->question()->type;
  out.rr_class = view->question()->rr_class;
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::uint8_t choice = data[0];
  const godwit::wire::Bytes message{data + 1, size - 1};
  const bool tcp = (choice & over_tcp) != 0;
  const auto expected = expectation(choice, message);
  const auto verdict = judge(expected, message, tcp);

  const auto header = godwit::wire::Header::parse(message);
  if (!header) {
    require(verdict == MatchVerdict::ignored);
    return 0;
  }
  if (verdict != MatchVerdict::accepted) return 0;
  require(header->qr && header->id == expected.id);
  const auto view = godwit::wire::MessageView::parse(message);
  require(view.has_value());
  if (!view->question()) {
    require(tcp);
    return 0;
  }
  require(view->question()->name == expected.name);
  require(view->question()->type == expected.type);
  require(tcp || !expected.exact_case || view->question()->name.is_identical(expected.name));
  return 0;
}
