// The answers of HTTP: status, type and body. Pure.
#pragma once

#include <string>
#include <string_view>

#include "web/answer.h"
#include "web/route.h"

namespace godwit::web {

struct Reply {
  unsigned status = 200;
  std::string_view type;  // of its media; a literal's
  std::string body;
};

// A sentence for people.
[[nodiscard]] Reply sentence(unsigned status, std::string text);
// Why there is nothing else.
[[nodiscard]] Reply refusal(unsigned status);
// A file of the page. `asset`: not null.
[[nodiscard]] Reply reply_of(const Asset& asset);
// What godwitd has said, in the form that the route asks for.
[[nodiscard]] Reply reply_of(const Route& route, const Answer& answer);

}  // namespace godwit::web
