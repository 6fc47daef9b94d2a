// Where something in the operator's files stands, and what could not be used there. Plain values;
// any thread once they are made.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace godwit::local {

// A line of a file, by the file's place in the list of whoever holds it.
struct Source {
  std::uint32_t file = 0;
  std::uint32_t line = 0;  // 1-based
};

// Lines that are passed over: all are counted, the first few of each file are told.
class Issues {
 public:
  static constexpr std::size_t told_per_file = 5;
  struct File {
    std::string name;
    std::size_t count = 0;
    std::vector<std::string> told;  // "FILE:LINE: why"
  };
  void begin_file(std::string name) { files_.push_back({std::move(name), 0, {}}); }
  // Of the file that was begun last.
  void add(std::size_t line, std::string_view why) {
    File& file = files_.back();
    if (++file.count <= told_per_file)
      file.told.push_back(file.name + ":" + std::to_string(line) + ": " + std::string(why));
  }
  [[nodiscard]] const std::vector<File>& files() const noexcept { return files_; }
  void append(const Issues& other) {
    files_.insert(files_.end(), other.files_.begin(), other.files_.end());
  }

 private:
  std::vector<File> files_;
};

}  // namespace godwit::local
