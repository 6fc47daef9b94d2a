// Builds the tree from the events of yaml-cpp's parser, not from its nodes: only the events come
// while the parser can still be stopped, and they alone carry the place of a key.
#include "conf/document.h"

#include <yaml-cpp/depthguard.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <sstream>
#include <unordered_map>

namespace godwit::conf {
namespace {

// Thrown through yaml-cpp to leave its parser; caught in parse_document.
struct Stop {
  Problem problem;
};

Position position_of(const YAML::Mark& mark) {
  if (mark.is_null() || mark.line < 0 || mark.column < 0) return {};
  return {static_cast<std::uint32_t>(mark.line) + 1, static_cast<std::uint32_t>(mark.column) + 1};
}

// What the YAML library says may quote the file.
std::string said(std::string_view text) {
  std::string out = "not YAML: ";
  for (const char c : text) out += c >= ' ' && c <= '~' ? c : '?';
  return out;
}

[[noreturn]] void stop(ConfigError error, const YAML::Mark& mark, std::string text) {
  throw Stop{{error, position_of(mark), {}, std::move(text)}};
}

class Builder final : public YAML::EventHandler {
 public:
  explicit Builder(Problems& problems) : problems_(problems) {}

  [[nodiscard]] Node take() { return std::move(root_); }
  [[nodiscard]] bool has_content() const { return has_content_; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (has_content_) stop(ConfigError::syntax, mark, "a second document is not accepted");
    has_content_ = true;
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_extras(mark, "", anchor);
    add({Node::Kind::null, false, position_of(mark), {}, {}, {}}, mark);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    stop(ConfigError::syntax, mark, "aliases (*name) are not accepted: write the value out");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_extras(mark, tag, anchor);
    add({Node::Kind::scalar, tag == "!", position_of(mark), value, {}, {}}, mark);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    refuse_extras(mark, tag, anchor);
    open(Node::Kind::list, mark);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    refuse_extras(mark, tag, anchor);
    open(Node::Kind::map, mark);
  }
  void OnMapEnd() override { close(); }

 private:
  // A list or map that is being filled.
  struct Level {
    Node node;
    std::unordered_map<std::string, std::uint32_t> lines_of_keys;
    bool has_key = false;
    bool key_is_repeated = false;
    std::string key;
    Position key_position;
  };

  static void refuse_extras(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) {
      stop(ConfigError::syntax, mark, "anchors (&name) are not accepted");
    }
    if (!tag.empty() && tag != "?" && tag != "!") {
      stop(ConfigError::syntax, mark, "tags (!name) are not accepted");
    }
  }

  void open(Node::Kind kind, const YAML::Mark& mark) {
    if (levels_.size() >= document_depth_max) {
      stop(ConfigError::too_deep, mark,
           "nested more than " + std::to_string(document_depth_max) + " levels deep");
    }
    if (expects_key()) stop(ConfigError::syntax, mark, "a key must be a word");
    count_node(mark);
    levels_.emplace_back();
    levels_.back().node.kind = kind;
    levels_.back().node.position = position_of(mark);
  }

  void close() {
    Node done = std::move(levels_.back().node);
    levels_.pop_back();
    place(std::move(done));
  }

  [[nodiscard]] bool expects_key() const {
    return !levels_.empty() && levels_.back().node.kind == Node::Kind::map &&
           !levels_.back().has_key;
  }

  void count_node(const YAML::Mark& mark) {
    if (++nodes_ > document_nodes_max) {
      stop(ConfigError::too_large, mark,
           "more than " + std::to_string(document_nodes_max) + " keys and values");
    }
  }

  void add(Node node, const YAML::Mark& mark) {
    count_node(mark);
    if (!expects_key()) return place(std::move(node));
    if (node.kind == Node::Kind::null) stop(ConfigError::syntax, mark, "a key is empty");
    take_key(std::move(node));
  }

  void take_key(Node node) {
    Level& level = levels_.back();
    const auto [first, inserted] = level.lines_of_keys.emplace(node.text, node.position.line);
    if (!inserted) {
      problems_.add({ConfigError::duplicate_key,
                     node.position,
                     {},
                     "the key " + shown(node.text) + " is given twice; the first is in line " +
                         std::to_string(first->second)});
    }
    level.has_key = true;
    level.key_is_repeated = !inserted;
    level.key = std::move(node.text);
    level.key_position = node.position;
  }

  void place(Node node) {
    if (levels_.empty()) {
      root_ = std::move(node);
      return;
    }
    Level& level = levels_.back();
    if (level.node.kind == Node::Kind::list) {
      level.node.items.push_back(std::move(node));
      return;
    }
    // The parser finds out about a missing value only where the next thing begins.
    if (node.kind == Node::Kind::null) node.position = level.key_position;
    if (!level.key_is_repeated) {
      level.node.entries.push_back({std::move(level.key), level.key_position, std::move(node)});
    }
    level.has_key = false;
  }

  Problems& problems_;
  std::vector<Level> levels_;
  Node root_;
  std::size_t nodes_ = 0;
  bool has_content_ = false;
};

// The YAML library takes some control characters as the end of the text.
std::optional<Problem> find_bad_character(std::string_view text) {
  Position position{1, 1};
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      ++position.line;
      position.column = 1;
      continue;
    }
    if ((byte < 0x20 && c != '\t' && c != '\r') || byte == 0x7f) {
      return Problem{ConfigError::bad_character, position, {}, "a control character"};
    }
    ++position.column;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Node> parse_document(std::string_view text, Problems& problems) {
  if (text.size() > document_bytes_max) {
    problems.add({ConfigError::too_large,
                  {},
                  {},
                  "longer than " + std::to_string(document_bytes_max) + " bytes"});
    return std::nullopt;
  }
  if (auto bad = find_bad_character(text)) {
    problems.add(std::move(*bad));
    return std::nullopt;
  }
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    Builder builder(problems);
    while (parser.HandleNextDocument(builder)) {
    }
    Node root = builder.take();
    if (root.kind == Node::Kind::null) root.kind = Node::Kind::map;
    return root;
  } catch (Stop& stopped) {
    problems.add(std::move(stopped.problem));
  } catch (const YAML::DeepRecursion& deep) {
    problems.add({ConfigError::too_deep, position_of(deep.mark), {}, "nested too deep"});
  } catch (const YAML::Exception& error) {
    problems.add({ConfigError::syntax, position_of(error.mark), {}, said(error.msg)});
  } catch (const std::exception& error) {
    problems.add({ConfigError::syntax, {}, {}, said(error.what())});
  }
  return std::nullopt;
}

}  // namespace godwit::conf
