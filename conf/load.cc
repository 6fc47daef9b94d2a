// The order of loading, and the file.
#include "conf/load.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "conf/consistency.h"
#include "conf/document.h"
#include "conf/object.h"

namespace godwit::conf {
namespace {

struct FileCloser {
  void operator()(std::FILE* file) const { (void)std::fclose(file); }
};

Loaded unreadable(const std::string& path, int error) {
  Loaded out;
  out.filename = path;
  out.origins.resize(settings_table().settings.size());
  out.problems.push_back(
      {ConfigError::unreadable, {}, {}, std::string("cannot be read: ") + std::strerror(error)});
  return out;
}

}  // namespace

void Loaded::add_problem(ConfigError error, std::string_view key, std::string text) {
  const Table& table = settings_table();
  const Setting* const found = table.find(key);
  Position position;
  if (found != nullptr) position = origins[static_cast<std::size_t>(found - table.settings.data())];
  problems.push_back({error, position, std::string(key), std::move(text)});
}

Loaded load_text(std::string_view text, std::string filename) {
  Loaded out;
  out.filename = std::move(filename);
  out.origins.resize(settings_table().settings.size());
  Problems problems;
  if (const auto root = parse_document(text, problems)) {
    const Reading reading{problems, {}};
    if (root->kind == Node::Kind::map) {
      out.origins = read_object(settings_table(), *root, &out.config, reading);
    } else {
      reading.report(ConfigError::wrong_type, root->position,
                     "the file is not a map of keys and values");
    }
  }
  if (problems.empty()) check_consistency(out.config, out.origins, problems);
  out.problems = problems.take();
  return out;
}

Loaded load_file(const std::string& path, IfMissing if_missing) {
  const std::unique_ptr<std::FILE, FileCloser> file(std::fopen(path.c_str(), "re"));
  if (file == nullptr) {
    if (errno == ENOENT && if_missing == IfMissing::defaults) {
      Loaded out = load_text("", path);
      out.is_missing = true;
      return out;
    }
    return unreadable(path, errno);
  }
  // One byte more than is accepted, so that parse_document can say that it is too much.
  std::string text(document_bytes_max + 1, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  if (std::ferror(file.get()) != 0) return unreadable(path, errno);
  return load_text(text, path);
}

}  // namespace godwit::conf
