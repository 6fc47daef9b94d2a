// Makes sentences and breaks them into lines, for comments and manuals.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace godwit::conf {

// The words of `text` in lines of at most `columns`; a longer word gets a line of its own.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text, std::size_t columns);

// The phrase with a capital and a full stop.
[[nodiscard]] std::string as_sentence(std::string phrase);

}  // namespace godwit::conf
