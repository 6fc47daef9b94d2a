// Which names are shown to which servers: RFC 9156 §2.3.
#include "iterator/minimise.h"

#include <gtest/gtest.h>

#include "tests/support/names.h"

#include <string>
#include <vector>

namespace godwit::iterator {
namespace {

using godwit::test::name_of;

wire::Name name_of_labels(unsigned count) {
  wire::Name out;
  const std::uint8_t letter = 'x';
  for (unsigned i = 0; i < count; ++i) out = out.with_label({&letter, 1}).value();
  return out;
}

MinimisationState searching(const wire::Name& sname, const wire::Name& cut = {}) {
  MinimisationState state;
  state.sname = sname;
  state.cut = cut;
  state.stype = wire::RrType::mx;
  return state;
}

// The number of labels of each question when every probe finds a name that exists and no new cut.
std::vector<unsigned> labels_shown(MinimisationState state, const Limits& limits = {}) {
  std::vector<unsigned> out;
  for (;;) {
    const auto question = next_question(state, limits);
    out.push_back(question.name.label_count());
    if (question.is_full || out.size() > 200) return out;
    state.known_labels = question.name.label_count();
    ++state.probes;
  }
}

using Counts = std::vector<unsigned>;

TEST(Minimise, a_probe_has_one_label_more_than_the_cut_and_type_a) {
  const auto question =
      next_question(searching(name_of({"www", "example", "com"}), name_of({"com"})), Limits{});
  EXPECT_EQ(question.name, name_of({"example", "com"}));
  EXPECT_EQ(question.type, wire::RrType::a);
  EXPECT_FALSE(question.is_full);
}

TEST(Minimise, the_whole_name_is_asked_with_its_own_type) {
  const auto question = next_question(
      searching(name_of({"www", "example", "com"}), name_of({"example", "com"})), Limits{});
  EXPECT_EQ(question.name, name_of({"www", "example", "com"}));
  EXPECT_EQ(question.type, wire::RrType::mx);
  EXPECT_TRUE(question.is_full);
}

TEST(Minimise, letter_case_is_kept) {
  const auto question = next_question(searching(name_of({"a", "ExAmple", "Com"})), Limits{});
  EXPECT_TRUE(question.name.is_identical(name_of({"Com"})));
}

TEST(Minimise, the_cut_itself_and_the_root_are_asked_whole) {
  EXPECT_TRUE(next_question(searching(name_of({"com"}), name_of({"com"})), Limits{}).is_full);
  EXPECT_TRUE(next_question(searching(wire::Name{}), Limits{}).is_full);
}

TEST(Minimise, a_name_outside_the_cut_is_asked_whole) {
  EXPECT_TRUE(
      next_question(searching(name_of({"a", "b", "net"}), name_of({"com"})), Limits{}).is_full);
}

TEST(Minimise, labels_known_to_exist_are_not_probed_again) {
  auto state = searching(name_of({"a", "b", "c", "example", "com"}), name_of({"com"}));
  state.known_labels = 3;
  EXPECT_EQ(next_question(state, Limits{}).name, name_of({"b", "c", "example", "com"}));
}

TEST(Minimise, known_labels_fewer_than_those_of_the_cut_count_for_nothing) {
  auto state = searching(name_of({"a", "b", "example", "com"}), name_of({"example", "com"}));
  state.known_labels = 1;
  EXPECT_EQ(next_question(state, Limits{}).name, name_of({"b", "example", "com"}));
}

TEST(Minimise, up_to_ten_labels_are_shown_one_by_one) {
  EXPECT_EQ(labels_shown(searching(name_of_labels(10))), (Counts{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
}

TEST(Minimise, eleven_labels_still_take_ten_questions) {
  EXPECT_EQ(labels_shown(searching(name_of_labels(11))), (Counts{1, 2, 3, 4, 5, 6, 7, 8, 9, 11}));
}

// RFC 9156 §2.3: 18 labels are shown in steps of 1,1,1,1,2,2,2,2,3,3.
TEST(Minimise, the_labels_after_the_fourth_are_shared_out_evenly) {
  EXPECT_EQ(labels_shown(searching(name_of_labels(18))),
            (Counts{1, 2, 3, 4, 6, 8, 10, 12, 15, 18}));
}

TEST(Minimise, the_longest_name_takes_ten_questions) {
  const auto shown = labels_shown(searching(name_of_labels(wire::labels_max)));
  EXPECT_EQ(shown.size(), 10u);
  EXPECT_EQ(shown.back(), wire::labels_max);
}

TEST(Minimise, probes_at_other_cuts_count_toward_the_ten) {
  auto state = searching(name_of_labels(30), name_of_labels(20));
  state.probes = 9;
  EXPECT_TRUE(next_question(state, Limits{}).is_full);
  state.probes = 8;
  EXPECT_EQ(next_question(state, Limits{}).name.label_count(), 25u);
  state.probes = 1000;
  EXPECT_TRUE(next_question(state, Limits{}).is_full);
}

TEST(Minimise, the_limits_are_the_operators) {
  Limits limits;
  limits.minimise_steps = 3;
  limits.minimise_single_labels = 1;
  EXPECT_EQ(labels_shown(searching(name_of_labels(9)), limits), (Counts{1, 5, 9}));
  limits.minimise_single_labels = 9;
  EXPECT_EQ(labels_shown(searching(name_of_labels(9)), limits), (Counts{1, 2, 3, 9}));
  limits.minimise_steps = 0;
  EXPECT_EQ(labels_shown(searching(name_of_labels(9)), limits), (Counts{9}));
}

TEST(Minimise, a_ds_question_goes_to_the_parent_whole) {
  auto state = searching(name_of({"example", "com"}), name_of({"com"}));
  state.stype = wire::RrType::ds;
  const auto question = next_question(state, Limits{});
  EXPECT_TRUE(question.is_full);
  EXPECT_EQ(question.type, wire::RrType::ds);
}

TEST(Minimise, no_probe_ends_at_an_underscore_label) {
  const auto com = name_of({"com"});
  auto state = searching(name_of({"_25", "_tcp", "mail", "example", "com"}), com);
  EXPECT_EQ(labels_shown(state), (Counts{2, 3, 5}));
  state.sname = name_of({"a", "_x", "_y", "b", "example", "com"});
  EXPECT_EQ(labels_shown(state), (Counts{2, 3, 6}));
  state.sname = name_of({"_dmarc", "example", "com"});
  EXPECT_EQ(labels_shown(state), (Counts{2, 3}));
  state.sname = name_of({"host", "_sub", "com"});
  EXPECT_EQ(labels_shown(state), (Counts{3}));
}

TEST(Minimise, an_underscore_inside_a_label_is_nothing_special) {
  EXPECT_EQ(labels_shown(searching(name_of({"a", "b_c", "com"}), name_of({"com"}))),
            (Counts{2, 3}));
}

}  // namespace
}  // namespace godwit::iterator
