// Files of names by the line: hosts files ("ADDRESS NAME...", hosts(5)) and plain lists of names.
// Pure; what cannot be read is passed over and told. Lifetime: the text.
#pragma once

#include <functional>
#include <string_view>

#include "local/source.h"
#include "wire/ip_address.h"
#include "wire/name.h"

namespace godwit::local {

struct HostsName {
  wire::IpAddress address;
  wire::Name name;
  std::uint32_t line = 0;
  bool is_first = false;  // of its line: the name that the address has
};
void read_hosts(std::string_view text, Issues& issues,
                const std::function<void(const HostsName&)>& take);

// One name a line; "*.NAME" is what is below NAME alone. '#', ';' and '!' begin comments.
struct ListedName {
  wire::Name name;
  std::uint32_t line = 0;
  bool below_only = false;
};
void read_names(std::string_view text, Issues& issues,
                const std::function<void(const ListedName&)>& take);

}  // namespace godwit::local
