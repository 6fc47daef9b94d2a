// A file that takes the place of another, whole or not at all: written beside it, made durable,
// renamed, and then the folder is made durable. The new file's name is always the same (PATH.new),
// so that a crash leaves one behind at most; a lock on it keeps two processes apart. One thread.
#pragma once

#include <sys/types.h>

#include <string>

#include "daemon/fd.h"
#include "wire/byte_io.h"

namespace godwit::daemon {

// Every step tells what could not be done as a sentence; empty: nothing.
class NewFile {
 public:
  // `mode`: of the file, whatever the process's mask.
  NewFile(std::string path, mode_t mode) : path_(std::move(path)), mode_(mode) {}

  [[nodiscard]] std::string open();
  [[nodiscard]] std::string write(wire::Bytes octets);
  // Cost: fsync(2).
  [[nodiscard]] std::string make_durable();
  // After this the name leads to the new file.
  [[nodiscard]] std::string take_place();
  // After this it does so over a crash. Cost: fsync(2) of the folder.
  [[nodiscard]] std::string make_place_durable() const;
  // Removes what was written, where it is not to take a place.
  void discard() noexcept;

 private:
  [[nodiscard]] std::string next() const { return path_ + ".new"; }
  [[nodiscard]] Fd open_alone() const;
  std::string path_;
  mode_t mode_;
  Fd file_;
};

// What errno says, after what it was about.
[[nodiscard]] std::string with_errno(std::string_view what);

// The file of that name in the folder for state: the first of `state_directory` (STATE_DIRECTORY;
// may be null), else /var/lib/godwit.
[[nodiscard]] std::string state_file(const char* state_directory, std::string_view name);

}  // namespace godwit::daemon
