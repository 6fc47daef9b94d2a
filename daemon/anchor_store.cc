#include "daemon/anchor_store.h"

#include <cerrno>
#include <cstdio>

#include "conf/read_file.h"
#include "daemon/new_file.h"

namespace godwit::daemon {
namespace {

constexpr std::string_view file_name = "trust-anchors.state";
constexpr mode_t file_mode = 0640;

}  // namespace

std::string default_state_file(const char* state_directory) {
  return state_file(state_directory, file_name);
}

std::string anchor_state_file(const std::string& configured, const char* state_directory) {
  return configured.empty() ? default_state_file(state_directory) : configured;
}

AnchorStore::Contents AnchorStore::read() {
  Contents out;
  const auto text = conf::read_file(path_, octets_max);
  if (!text) {
    const bool is_missing = text.error() == boost::system::errc::no_such_file_or_directory;
    out.found = is_missing ? Found::nothing : Found::unreadable;
    if (!is_missing) out.error = "it cannot be read: " + text.error().message();
  } else if (auto read = dnssec::read_trust_points(*text); !read.error.empty()) {
    out.found = Found::damaged;
    out.error = std::move(read.error);
  } else {
    out.found = Found::good;
    out.points = std::move(read.points);
  }
  found_ = out.found;
  return out;
}

std::string AnchorStore::write(std::span<const dnssec::TrustPoint> points) {
  if (found_ == Found::unreadable) return "there is a file that cannot be read";
  const std::string text = dnssec::write_trust_points(points);
  NewFile file(path_, file_mode);
  if (auto error = file.open(); !error.empty()) return error;
  if (auto error = file.write({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
      !error.empty())
    return error;
  if (auto error = file.make_durable(); !error.empty()) return error;
  if (found_ == Found::damaged) {
    const std::string aside = path_ + ".damaged";
    if (::rename(path_.c_str(), aside.c_str()) != 0 && errno != ENOENT)
      return with_errno("cannot put the damaged file aside");
  }
  if (auto error = file.take_place(); !error.empty()) return error;
  found_ = Found::good;
  return file.make_place_durable();
}

}  // namespace godwit::daemon
