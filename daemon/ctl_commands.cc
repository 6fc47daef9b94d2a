#include "daemon/ctl_commands.h"

namespace godwit::daemon {
namespace {

constexpr CtlCommand commands[] = {
    {.name = "status",
     .parameters = {},
     .sentence = "Tell in a few lines how godwitd is.",
     .details = "Answered at once is what needed no server: cached, local or refused.",
     .form = CtlForm::summary},
    {.name = "stats",
     .parameters = {},
     .sentence = "Show all counters since the start.",
     .details = "Those of pool-NAME are of the parts of the cache: octets and entries that it has "
                "now, and entries that went for want of room."},
};

}  // namespace

std::span<const CtlCommand> ctl_commands() noexcept {
  return commands;
}

}  // namespace godwit::daemon
