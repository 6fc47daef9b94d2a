// The files of the page, which are part of the program (embed.cmake).
#pragma once

#include <span>
#include <string_view>

namespace godwit::web {

struct Asset {
  std::string_view path;  // "/app.js"
  std::string_view type;  // of its media, "text/css; charset=utf-8"
  std::string_view body;
};

// Lifetime: the program's.
[[nodiscard]] std::span<const Asset> assets() noexcept;

}  // namespace godwit::web
