// A new file beside the old one is written, made durable and renamed, and then the folder is made
// durable. The new file's name is always the same, so that a crash leaves one behind at most; a
// lock on it keeps two processes apart.
#include "daemon/anchor_store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "conf/read_file.h"
#include "daemon/fd.h"

namespace godwit::daemon {
namespace {

constexpr std::string_view file_name = "trust-anchors.state";
constexpr std::string_view usual_folder = "/var/lib/godwit";
constexpr mode_t file_mode = 0640;
constexpr int lock_tries = 3;

std::string failed(std::string_view what) {
  return std::string(what) + ": " + std::strerror(errno);
}

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// Whether the name still leads to the file that was opened.
bool is_still(const std::string& path, int fd) noexcept {
  struct stat named {
  }, opened{};
  return ::stat(path.c_str(), &named) == 0 && ::fstat(fd, &opened) == 0 &&
         named.st_dev == opened.st_dev && named.st_ino == opened.st_ino;
}

// The file, empty and for us alone; invalid: see errno.
Fd open_alone(const std::string& path) {
  for (int i = 0; i < lock_tries; ++i) {
    Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, file_mode));
    if (!file.valid() || ::flock(file.get(), LOCK_EX | LOCK_NB) != 0) return Fd();
    // Between the two calls another process may have renamed it.
    if (!is_still(path, file.get())) continue;
    if (::ftruncate(file.get(), 0) != 0) return Fd();
    return file;
  }
  errno = EBUSY;
  return Fd();
}

bool write_all(int fd, std::string_view text) noexcept {
  while (!text.empty()) {
    const auto written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

std::string default_state_file(const char* state_directory) {
  const std::string_view all = state_directory != nullptr ? state_directory : "";
  const auto first = all.substr(0, all.find(':'));
  return std::string(first.empty() ? usual_folder : first) + '/' + std::string(file_name);
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
  const std::string next = path_ + ".new";
  const Fd file = open_alone(next);
  if (!file.valid()) return failed("cannot make " + next);
  if (!write_all(file.get(), dnssec::write_trust_points(points)) || ::fsync(file.get()) != 0)
    return failed("cannot write " + next);
  if (found_ == Found::damaged) {
    const std::string aside = path_ + ".damaged";
    if (::rename(path_.c_str(), aside.c_str()) != 0 && errno != ENOENT)
      return failed("cannot put the damaged file aside");
  }
  if (::rename(next.c_str(), path_.c_str()) != 0) return failed("cannot rename " + next);
  found_ = Found::good;
  const Fd folder(::open(folder_of(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.valid() || ::fsync(folder.get()) != 0)
    return failed("cannot make the folder durable");
  return {};
}

}  // namespace godwit::daemon
