#include "daemon/new_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace godwit::daemon {
namespace {

constexpr int lock_tries = 3;
constexpr std::string_view usual_folder = "/var/lib/godwit";

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

}  // namespace

std::string with_errno(std::string_view what) {
  return std::string(what) + ": " + std::strerror(errno);
}

std::string state_file(const char* state_directory, std::string_view name) {
  const std::string_view all = state_directory != nullptr ? state_directory : "";
  const auto first = all.substr(0, all.find(':'));
  return std::string(first.empty() ? usual_folder : first) + '/' + std::string(name);
}

// The file, empty and for us alone; invalid: see errno.
Fd NewFile::open_alone() const {
  const std::string path = next();
  for (int i = 0; i < lock_tries; ++i) {
    Fd file(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, mode_));
    if (!file.valid() || ::flock(file.get(), LOCK_EX | LOCK_NB) != 0) return Fd();
    // Between the two calls another process may have renamed it.
    if (!is_still(path, file.get())) continue;
    if (::ftruncate(file.get(), 0) != 0 || ::fchmod(file.get(), mode_) != 0) return Fd();
    return file;
  }
  errno = EBUSY;
  return Fd();
}

std::string NewFile::open() {
  file_ = open_alone();
  return file_.valid() ? std::string() : with_errno("cannot make " + next());
}

std::string NewFile::write(wire::Bytes octets) {
  while (!octets.empty()) {
    const auto written = ::write(file_.get(), octets.data(), octets.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return with_errno("cannot write " + next());
    octets = octets.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

std::string NewFile::make_durable() {
  return ::fsync(file_.get()) == 0 ? std::string() : with_errno("cannot write " + next());
}

std::string NewFile::take_place() {
  return ::rename(next().c_str(), path_.c_str()) == 0 ? std::string()
                                                      : with_errno("cannot rename " + next());
}

std::string NewFile::make_place_durable() const {
  const Fd folder(::open(folder_of(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.valid() || ::fsync(folder.get()) != 0)
    return with_errno("cannot make the folder durable");
  return {};
}

void NewFile::discard() noexcept {
  if (file_.valid()) ::unlink(next().c_str());
  file_.reset();
}

}  // namespace godwit::daemon
