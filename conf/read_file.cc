#include "conf/read_file.h"

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
  std::string text(octets_max + 1, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  if (std::ferror(file.get()) != 0) return last_error();
  return text;
}

}  // namespace godwit::conf
