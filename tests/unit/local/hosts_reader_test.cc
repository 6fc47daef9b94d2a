#include "local/hosts_reader.h"

#include <gtest/gtest.h>

#include "wire/name_text.h"

namespace godwit::local {
namespace {

std::string names(std::string_view text) {
  Issues issues;
  issues.begin_file("list");
  std::string out;
  read_names(text, issues, [&out](const ListedName& found) {
    out += std::to_string(found.line) + (found.below_only ? " *." : " ") +
           wire::to_text(found.name) + "\n";
  });
  for (const auto& line : issues.files().front().told) out += line + "\n";
  return out;
}

TEST(HostsReader, a_list_has_a_name_a_line) {
  EXPECT_EQ(names("\xef\xbb\xbf"
                  "a.example\n\n# x\n  b.example. # y\r\n*.c.example\n! z\nd"),
            "1 a.example.\n4 b.example.\n5 *.c.example.\n7 d.\n");
}

TEST(HostsReader, a_line_of_a_list_that_is_no_name_is_told) {
  EXPECT_EQ(names("a b\nx..y\n.\n*.\n"),
            "list:1: has more than one word\nlist:2: is no name\nlist:3: is no name\n"
            "list:4: is no name\n");
}

TEST(HostsReader, a_rule_of_a_filter_is_no_line_of_a_list) {
  const std::string why = " is a rule of a filter for browsers: a list of names has names\n";
  for (const char* rule : {"||a.test^", "@@||a.test^", "a.test##.ad", "a.test#@#.ad", "/ads/*",
                           "a.test$third-party", "address=/a.test/"})
    EXPECT_EQ(names(rule), "list:1:" + why) << rule;
  EXPECT_EQ(names("a.test#note\nb.test ## note ##\n## c.test ##\n! d.test##.ad\n"),
            "1 a.test.\n2 b.test.\n");
}

}  // namespace
}  // namespace godwit::local
