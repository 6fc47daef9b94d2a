// The file in which the state of followed trust anchors is kept: read whole, written whole or not
// at all, whatever happens meanwhile. One thread.
#pragma once

#include <string>
#include <string_view>

#include "dnssec/rfc5011_text.h"

namespace godwit::daemon {

// Where it is when the configuration names none: in the first folder of STATE_DIRECTORY (may be
// null), else in /var/lib/godwit.
[[nodiscard]] std::string default_state_file(const char* state_directory);
// The configured one; empty: the default.
[[nodiscard]] std::string anchor_state_file(const std::string& configured,
                                            const char* state_directory);

class AnchorStore {
 public:
  explicit AnchorStore(std::string path) : path_(std::move(path)) {}
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

  enum class Found : std::uint8_t {
    good,
    nothing,
    damaged,     // cut short or changed: not believed
    unreadable,  // there, but not for us: it is not written over either
  };
  struct Contents {
    Found found = Found::nothing;
    std::vector<dnssec::TrustPoint> points;
    std::string error;
  };
  [[nodiscard]] Contents read();

  // Puts the new state in the place of the old one: after a crash at any moment the file holds one
  // of the two. A damaged file is put aside first, as PATH.damaged. Errors: what could not be done;
  // the old state is there still. Cost: two fsync(2).
  [[nodiscard]] std::string write(std::span<const dnssec::TrustPoint> points);

  // The most that is read.
  static constexpr std::size_t octets_max = 4 << 20;

 private:
  std::string path_;
  Found found_ = Found::nothing;
};

}  // namespace godwit::daemon
