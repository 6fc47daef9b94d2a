#include "local/reverse_name.h"

#include <string>

#include "wire/name_text.h"

namespace godwit::local {

wire::Name reverse_name(const wire::IpAddress& address) {
  constexpr std::string_view digits = "0123456789abcdef";
  const wire::Bytes octets = address.octets();
  std::string text;
  for (std::size_t i = octets.size(); i-- > 0;) {
    if (address.is_v4()) {
      text += std::to_string(octets[i]) + '.';
    } else {
      const char nibbles[] = {digits[octets[i] & 15u], '.', digits[octets[i] >> 4u], '.'};
      text.append(nibbles, sizeof nibbles);
    }
  }
  return wire::parse_name(text + (address.is_v4() ? "in-addr.arpa." : "ip6.arpa.")).value();
}

}  // namespace godwit::local
