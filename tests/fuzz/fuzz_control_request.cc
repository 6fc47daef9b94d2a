// Input: octets of a connection of the control socket. Properties: nothing is thrown; what is kept
// of them and made for them is bounded; every request that is begun is answered with one last line;
// how the octets are cut up does not matter.
#include "daemon/control_session.h"
#include "tests/fuzz/fuzz.h"

namespace {

using namespace godwit;
using daemon::ControlAnswer;
using daemon::ControlRequest;
using daemon::ControlSession;
using fuzz::require;

constexpr std::size_t answer_octets_max = 8 * daemon::control_request_octets_max;

void say_back(const ControlRequest& request, ControlAnswer& answer) {
  require(!request.command().empty());
  require(request.command().size() <= daemon::control_request_octets_max);
  if (const auto number = request.number("number")) return answer.line({{"number", *number}});
  if (request.flag("flag")) return answer.fail(daemon::ControlFailure::negative, "no");
  answer.line({{"command", request.command()}, {"text", request.text("text")}});
}

std::string answers_to(std::string_view octets, std::size_t cut) {
  const ControlSession::Handler handler = say_back;
  ControlSession session(handler, daemon::ControlLimits());
  std::string out;
  while (!octets.empty() && !session.is_over()) {
    const auto part = octets.substr(0, cut);
    octets.remove_prefix(part.size());
    session.take(part);
    while (session.has_work() || !session.unsent().empty()) {
      session.work();
      require(session.unsent().size() <= answer_octets_max);
      out += session.unsent();
      session.sent(session.unsent().size());
    }
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view octets(reinterpret_cast<const char*>(data), size);
  require(answers_to(octets, 1'024) == answers_to(octets, 7));
  return 0;
}
