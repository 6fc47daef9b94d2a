// The order of loading, and the file.
#include "conf/load.h"

#include "conf/consistency.h"
#include "conf/document.h"
#include "conf/object.h"
#include "conf/read_file.h"

namespace godwit::conf {
namespace {

Loaded unreadable(const std::string& path, const boost::system::error_code& error) {
  Loaded out;
  out.filename = path;
  out.origins.resize(settings_table().settings.size());
  out.problems.push_back({ConfigError::unreadable, {}, {}, "cannot be read: " + error.message()});
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
  const auto text = read_file(path, document_bytes_max);
  if (text) return load_text(*text, path);
  const bool is_missing = text.error() == boost::system::errc::no_such_file_or_directory;
  if (!is_missing || if_missing != IfMissing::defaults) return unreadable(path, text.error());
  Loaded out = load_text("", path);
  out.is_missing = true;
  return out;
}

}  // namespace godwit::conf
