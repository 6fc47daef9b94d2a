#include "conf/read_file.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>

namespace godwit::conf {
namespace {

struct FileCloser {
  void operator()(std::FILE* file) const { (void)std::fclose(file); }
};

boost::system::error_code last_error() {
  return {errno, boost::system::generic_category()};
}

}  // namespace

boost::system::result<std::string> read_file(const std::string& path, std::size_t octets_max) {
  const std::unique_ptr<std::FILE, FileCloser> file(std::fopen(path.c_str(), "re"));
  if (file == nullptr) return last_error();
  // A piece at a time: most files are far from what they may be.
  std::string text;
  for (std::size_t piece = 1U << 14U;; piece *= 2) {
    const std::size_t before = text.size();
    text.resize(std::min(before + piece, octets_max + 1));
    text.resize(before + std::fread(text.data() + before, 1, text.size() - before, file.get()));
    if (std::ferror(file.get()) != 0) return last_error();
    if (text.size() < std::min(before + piece, octets_max + 1)) return text;
    if (text.size() > octets_max) return text;
  }
}

}  // namespace godwit::conf
