// The steps of a resolution in few octets, as they come: for those that may be worth telling of
// later, which is known only at their end. Texts are made from what is read back. Not a format for
// files: a log is read by the program that wrote it. On one worker's thread.
#pragma once

#include <memory>
#include <vector>

#include "iterator/trace.h"
#include "wire/byte_io.h"

namespace godwit::iterator {

// Steps up to this many octets are kept; of those that follow only the ones that tell the end.
inline constexpr std::size_t step_log_octets = 12 * 1024;
// No log is larger.
inline constexpr std::size_t step_log_octets_max = 16 * 1024;

class StepLog final : public Trace {
 public:
  // Cost: some ten to hundred octets copied; heap only while the log grows past what it had before
  // clear().
  void on(trace::Told step) override;
  [[nodiscard]] wire::Bytes octets() const noexcept { return {room_.get(), size_}; }
  // How many steps had no room.
  [[nodiscard]] std::size_t left_out() const noexcept { return left_out_; }
  void clear() noexcept {
    size_ = 0;
    left_out_ = 0;
  }

 private:
  void make_room(std::size_t octets);
  // Steps are written where they stay; no room need be cleared.
  std::unique_ptr<std::uint8_t[]> room_;
  std::size_t room_octets_ = 0;
  std::size_t size_ = 0;
  std::size_t left_out_ = 0;
};

// The steps of a log, in order; of one that is damaged those before the damage.
[[nodiscard]] std::vector<trace::Event> read_steps(wire::Bytes log);

// Keeps whole steps, for those who read them at once. Bounded as well: the first steps_max.
class StepList final : public Trace {
 public:
  static constexpr std::size_t steps_max = 4'096;
  void on(trace::Told step) override {
    if (steps_.size() < steps_max) steps_.push_back(step.kept());
  }
  [[nodiscard]] bool wants_details() const noexcept override { return true; }
  [[nodiscard]] const std::vector<trace::Event>& steps() const noexcept { return steps_; }

 private:
  std::vector<trace::Event> steps_;
};

}  // namespace godwit::iterator
