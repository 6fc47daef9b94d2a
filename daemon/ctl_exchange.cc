#include "daemon/ctl_exchange.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "daemon/ctl_client.h"

namespace godwit::daemon {
namespace {

CtlEnd end_of(const boost::json::object& last) {
  const auto* const error = last.if_contains("error");
  if (error == nullptr || !error->is_string()) return {};
  const auto* const kind = last.if_contains("kind");
  const bool is_mistake = kind != nullptr && *kind == "request";
  return {is_mistake ? ctl_usage_mistake : ctl_negative, std::string(error->get_string())};
}

}  // namespace

CtlEnd exchange_with_daemon(const CtlLine& line, const CtlLineTaker& take) {
  CtlClient client;
  auto error = client.connect(line.socket_path, line.command->patience);
  if (!error.empty())
    return {
        ctl_unreachable,
        error +
            "; ask as root, and see whether it runs: systemctl status godwit, godwitctl doctor"};
  // Who is turned away may find the connection closed, and is told why all the same.
  auto fault = client.send(boost::json::serialize(line.request) + "\n");
  while (const auto received = client.receive()) {
    boost::system::error_code bad;
    const auto value = boost::json::parse(*received, bad);
    const auto* const members = value.if_object();
    if (bad || members == nullptr) break;
    take(*members, *received);
    if (members->contains("done")) return end_of(*members);
  }
  if (fault.empty()) fault = client.why_no_line();
  return {ctl_broken_off, std::move(fault)};
}

}  // namespace godwit::daemon
