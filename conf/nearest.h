// The nearest known word to one that is not known: "did you mean". Pure; bounded by the length of
// the words.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace godwit::conf {

// The number of insertions, deletions, replacements and swaps of neighbours that make one word the
// other; case and the difference between '_' and '-' do not count. Cost: product of the lengths.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

// The candidate at the smallest distance, a shortened one counting as near; empty if none is near
// enough to be meant (a third of the word, at least 1).
[[nodiscard]] std::string_view nearest(std::string_view word,
                                       std::span<const std::string_view> candidates);

}  // namespace godwit::conf
