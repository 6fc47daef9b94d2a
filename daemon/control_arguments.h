// Arguments that several commands of the control socket have. What cannot be read fails the answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "daemon/control_answer.h"
#include "daemon/control_request.h"
#include "wire/codes.h"
#include "wire/name.h"

namespace godwit::daemon {

// A name as people write it. Nothing: the answer has failed.
[[nodiscard]] std::optional<wire::Name> read_name(std::string_view text, ControlAnswer& answer);
// `name`, which is needed. Nothing: the answer has failed.
[[nodiscard]] std::optional<wire::Name> read_name(const ControlRequest& request,
                                                  ControlAnswer& answer);
// `type`; `out` stays where there is none. False: the answer has failed.
[[nodiscard]] bool read_type(const ControlRequest& request, std::optional<wire::RrType>& out,
                             ControlAnswer& answer);
// `limit`, at most `largest`; `usual` where there is none. Nothing: the answer has failed.
[[nodiscard]] std::optional<std::uint64_t> read_limit(const ControlRequest& request,
                                                      std::uint64_t usual, std::uint64_t largest,
                                                      ControlAnswer& answer);

}  // namespace godwit::daemon
