// Pieces of work of one kind that a coroutine has done side by side, a few at a time. On the
// worker's thread.
#pragma once

#include <cstddef>
#include <functional>

#include "iterator/task.h"

namespace godwit::iterator {

// Has work(0) to work(count - 1) done, in this order, `at_once` of them at a time, and ends when
// all have ended. `work` is a plain function that begins a coroutine. Errors: an exception of one
// of them, which is a bug or exhaustion, keeps those that are left from beginning, and is thrown.
[[nodiscard]] Task<void> in_lanes(std::size_t count, std::size_t at_once,
                                  std::function<Task<void>(std::size_t)> work);

}  // namespace godwit::iterator
