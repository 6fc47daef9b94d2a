// The text of a configuration file as a tree with positions: the part of YAML 1.2 that a
// configuration needs. Knows no setting. Anchors, aliases, tags and a second document are refused:
// nothing in the file is anywhere but where it stands. Hostile input is bounded in bytes, nodes and
// depth before the YAML library can recurse.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conf/problem.h"

namespace godwit::conf {

inline constexpr std::size_t document_bytes_max = std::size_t{1} << 20U;
inline constexpr std::size_t document_nodes_max = 100'000;
inline constexpr std::size_t document_depth_max = 16;

struct Entry;

struct Node {
  enum class Kind : std::uint8_t { null, scalar, list, map };

  Kind kind = Kind::null;
  bool in_quotes = false;  // a scalar that YAML takes as a string whatever it looks like
  Position position;
  std::string text;            // of a scalar
  std::vector<Node> items;     // of a list
  std::vector<Entry> entries;  // of a map, in the order of the file, keys not repeated
};

struct Entry {
  std::string key;
  Position position;
  Node value;
};

// Reads a document. A text without content is an empty map. Errors: nothing, and one problem in
// `problems`; a repeated key is a problem, too, but the tree is made (with the first).
[[nodiscard]] std::optional<Node> parse_document(std::string_view text, Problems& problems);

}  // namespace godwit::conf
