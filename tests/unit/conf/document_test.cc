// The tree of a file: what is accepted, where things stand, and the bounds against hostile text.
#include "conf/document.h"

#include <gtest/gtest.h>

namespace godwit::conf {
namespace {

struct Parsed {
  std::optional<Node> root;
  std::vector<Problem> problems;
};

Parsed parse(std::string_view text) {
  Problems problems;
  Parsed out;
  out.root = parse_document(text, problems);
  out.problems = problems.take();
  return out;
}

// The one problem that the text has, as "code-name-free" facts.
void expect_refused(std::string_view text, ConfigError error, Position position) {
  const Parsed parsed = parse(text);
  EXPECT_FALSE(parsed.root.has_value()) << text;
  ASSERT_EQ(parsed.problems.size(), 1U) << text;
  EXPECT_EQ(parsed.problems[0].error, error) << parsed.problems[0].text;
  EXPECT_EQ(parsed.problems[0].position, position) << parsed.problems[0].text;
}

std::string nested_lists(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

TEST(Document, text_without_content_is_an_empty_map) {
  for (const auto* text : {"", "\n\n", "# only a comment\n", "---\n", "~", "null"}) {
    const Parsed parsed = parse(text);
    ASSERT_TRUE(parsed.root.has_value()) << text;
    EXPECT_EQ(parsed.root->kind, Node::Kind::map);
    EXPECT_TRUE(parsed.root->entries.empty());
    EXPECT_TRUE(parsed.problems.empty());
  }
}

TEST(Document, keys_and_values_know_their_place) {
  const Parsed parsed = parse("a: 1\nb:\n  c: [x, \"y\"]\n");
  ASSERT_TRUE(parsed.root.has_value());
  ASSERT_EQ(parsed.root->entries.size(), 2U);
  const Entry& b = parsed.root->entries[1];
  EXPECT_EQ(b.position, (Position{2, 1}));
  const Entry& c = b.value.entries.at(0);
  EXPECT_EQ(c.key, "c");
  EXPECT_EQ(c.position, (Position{3, 3}));
  EXPECT_EQ(c.value.kind, Node::Kind::list);
  ASSERT_EQ(c.value.items.size(), 2U);
  EXPECT_EQ(c.value.items[1].position, (Position{3, 10}));
  EXPECT_FALSE(c.value.items[0].in_quotes);
  EXPECT_TRUE(c.value.items[1].in_quotes);
}

TEST(Document, missing_value_stands_at_its_key) {
  const Parsed parsed = parse("a: 1\nb:\n\n\nc: 2\n");
  ASSERT_TRUE(parsed.root.has_value());
  EXPECT_EQ(parsed.root->entries.at(1).value.kind, Node::Kind::null);
  EXPECT_EQ(parsed.root->entries.at(1).value.position, (Position{2, 1}));
}

TEST(Document, repeated_key_is_a_problem_and_the_first_stays) {
  const Parsed parsed = parse("a: 1\nb: 2\na: 3\n");
  ASSERT_TRUE(parsed.root.has_value());
  ASSERT_EQ(parsed.root->entries.size(), 2U);
  EXPECT_EQ(parsed.root->entries[0].value.text, "1");
  ASSERT_EQ(parsed.problems.size(), 1U);
  EXPECT_EQ(parsed.problems[0].error, ConfigError::duplicate_key);
  EXPECT_EQ(parsed.problems[0].position, (Position{3, 1}));
  EXPECT_NE(parsed.problems[0].text.find("line 1"), std::string::npos);
}

TEST(Document, parts_of_yaml_that_hide_values_are_refused) {
  expect_refused("a: &x 1\n", ConfigError::syntax, {1, 4});
  expect_refused("a: !!str x\n", ConfigError::syntax, {1, 4});
  expect_refused("a: 1\n---\nb: 2\n", ConfigError::syntax, {2, 1});
  expect_refused("? [a]\n: 1\n", ConfigError::syntax, {1, 3});
  expect_refused(": 1\n", ConfigError::syntax, {1, 1});
}

TEST(Document, alias_is_refused_before_it_can_multiply) {
  const Parsed parsed = parse("a: &x [1]\nb: [*x, *x]\n");
  EXPECT_FALSE(parsed.root.has_value());
}

TEST(Document, broken_yaml_names_line_and_column) {
  expect_refused("a: b: c\n", ConfigError::syntax, {1, 5});
  expect_refused("a:\n  b: \"\\z\"\n", ConfigError::syntax, {2, 9});
}

TEST(Document, what_the_parser_says_of_the_file_is_fit_for_a_terminal) {
  const Parsed parsed = parse("a: \"\\\xff\"\n");
  ASSERT_EQ(parsed.problems.size(), 1U);
  for (const char c : parsed.problems[0].text) EXPECT_TRUE(c >= ' ' && c <= '~');
}

TEST(Document, control_character_is_refused_where_it_stands) {
  expect_refused(std::string_view("a: 1\nb: \x04\n"), ConfigError::bad_character, {2, 4});
  expect_refused(std::string_view("a\0b", 3), ConfigError::bad_character, {1, 2});
  expect_refused("a: \x7f\n", ConfigError::bad_character, {1, 4});
  EXPECT_TRUE(parse("a: 1\r\nb: 2\r\n").problems.empty());
}

TEST(Document, depth_is_bounded) {
  EXPECT_TRUE(parse(nested_lists(document_depth_max - 1)).problems.empty());
  EXPECT_TRUE(parse(nested_lists(document_depth_max)).problems.empty());
  expect_refused(nested_lists(document_depth_max + 1), ConfigError::too_deep,
                 {1, document_depth_max + 1});
}

TEST(Document, deep_nesting_does_not_reach_the_stack) {
  for (const std::string_view opener : {"[", "{a: ", "- ", "? ", "{? [", "a: {"}) {
    std::string text;
    while (text.size() + opener.size() <= document_bytes_max) text += opener;
    const Parsed parsed = parse(text);
    EXPECT_FALSE(parsed.root.has_value()) << opener;
    EXPECT_EQ(parsed.problems.size(), 1U) << opener;
  }
}

TEST(Document, size_is_bounded) {
  const auto comment_of = [](std::size_t bytes) { return '#' + std::string(bytes - 1, 'x'); };
  EXPECT_TRUE(parse(comment_of(document_bytes_max - 1)).problems.empty());
  EXPECT_TRUE(parse(comment_of(document_bytes_max)).problems.empty());
  expect_refused(comment_of(document_bytes_max + 1), ConfigError::too_large, {});
}

TEST(Document, number_of_nodes_is_bounded) {
  const auto list_of_nodes = [](std::size_t nodes) {
    std::string text = "[";  // itself a node
    for (std::size_t i = 1; i < nodes; ++i) text += "x,\n";
    return text + "]";
  };
  EXPECT_TRUE(parse(list_of_nodes(document_nodes_max - 1)).problems.empty());
  EXPECT_TRUE(parse(list_of_nodes(document_nodes_max)).problems.empty());
  const Parsed parsed = parse(list_of_nodes(document_nodes_max + 1));
  ASSERT_EQ(parsed.problems.size(), 1U);
  EXPECT_EQ(parsed.problems[0].error, ConfigError::too_large);
}

TEST(Problem, text_from_the_file_is_fit_for_a_terminal) {
  EXPECT_EQ(shown("plain"), "\"plain\"");
  EXPECT_EQ(shown("\x1b[31m\n\xff"), "\"\\x1b[31m\\x0a\\xff\"");
  EXPECT_EQ(shown(std::string(65, 'a')), '"' + std::string(64, 'a') + "...\"");
}

TEST(Problem, list_of_problems_is_bounded_and_says_so) {
  Problems problems;
  for (std::size_t i = 0; i < problems_max; ++i) problems.add({});
  EXPECT_FALSE(problems.full());
  problems.add({});
  EXPECT_TRUE(problems.full());
  problems.add({});
  const auto list = problems.take();
  ASSERT_EQ(list.size(), problems_max + 1);
  EXPECT_EQ(list.back().error, ConfigError::too_many_errors);
}

}  // namespace
}  // namespace godwit::conf
