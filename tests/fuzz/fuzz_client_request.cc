// Any octets as a client's message: never a crash, and every reply is a readable response to it.
#include <cstdlib>

#include "daemon/client_request.h"

namespace {

using godwit::daemon::RequestVerdict;

void check(bool good) {
  if (!good) std::abort();
}

godwit::daemon::ClientRequests make_requests() {
  auto policy = std::make_shared<godwit::daemon::AnswerPolicy>();
  policy->access =
      godwit::daemon::AccessControl({*godwit::wire::IpPrefix::parse("192.0.2.0/24")}, {});
  policy->nsid = "fuzz";
  policy->identity = {"fuzz", "0"};
  return {policy, godwit::daemon::ServerCookies::MasterSecret{1}};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static auto requests = make_requests();
  static std::vector<std::uint8_t> out(65535);
  for (const bool over_tcp : {false, true}) {
    godwit::daemon::Client client;
    client.peer = {*godwit::wire::IpAddress::parse("192.0.2.1"), 40000};
    client.over_tcp = over_tcp;
    client.keepalive_units = 100;
    const auto request = requests.read({data, size}, false, client, 1'800'000'000);
    if (request.verdict == RequestVerdict::drop) continue;
    godwit::wire::Bytes reply;
    if (request.verdict == RequestVerdict::refuse)
      reply = requests.render_refusal(request.context, request.refusal, out);
    else if (request.verdict == RequestVerdict::local)
      reply = requests.render(request.context, *request.local_answer, out);
    else
      reply = requests.render(request.context, {}, out);
    check(reply.size() >= 12 && reply.size() <= request.context.size_limit);
    check(reply[0] == data[0] && reply[1] == data[1]);
    const auto view = godwit::wire::MessageView::parse(reply);
    check(view.has_value() && view->header().qr);
    check(godwit::wire::find_edns(*view).has_value());
  }
  return 0;
}
