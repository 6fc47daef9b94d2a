#include "local/name_index.h"

#include <gtest/gtest.h>

#include "wire/name_text.h"

namespace godwit::local {
namespace {

wire::Name name_of(std::string_view text) {
  return wire::parse_name(text).value();
}

TEST(NameIndex, finds_every_name_that_was_put_in_and_no_other) {
  NameIndex index{cache::KeyedHash({})};
  for (std::uint32_t i = 0; i < 10'000; ++i)
    EXPECT_EQ(index.insert(name_of("N" + std::to_string(i) + ".example.").wire()), i);
  EXPECT_EQ(index.insert(name_of("n17.EXAMPLE.").wire()), 17u);
  EXPECT_EQ(index.size(), 10'000u);
  index.finish();
  for (std::uint32_t i = 0; i < 10'000; ++i)
    EXPECT_EQ(index.find(name_of("n" + std::to_string(i) + ".Example.")), i);
  EXPECT_EQ(index.find(name_of("n10000.example.")), NameIndex::none);
  EXPECT_EQ(index.find(name_of("example.")), NameIndex::none);
  EXPECT_EQ(wire::to_text(wire::Name::from_valid_wire(index.name(17))), "n17.example.");
}

TEST(NameIndex, visits_what_is_above_a_name_from_the_closest_on) {
  NameIndex index{cache::KeyedHash({})};
  for (const auto* text : {".", "example.", "a.b.example."}) index.insert(name_of(text).wire());
  std::string seen;
  const auto note = [&seen](std::uint32_t number, unsigned labels) {
    seen += std::to_string(number) + "/" + std::to_string(labels) + " ";
    return false;
  };
  index.find_above(name_of("x.y.a.b.example."), note);
  EXPECT_EQ(seen, "2/3 1/1 0/0 ");
  seen.clear();
  index.find_above(name_of("."), note);
  EXPECT_EQ(seen, "0/0 ");
  seen.clear();
  index.find_above(name_of("a.b.example."), [&seen](std::uint32_t number, unsigned) {
    seen += std::to_string(number);
    return true;
  });
  EXPECT_EQ(seen, "2");
}

}  // namespace
}  // namespace godwit::local
