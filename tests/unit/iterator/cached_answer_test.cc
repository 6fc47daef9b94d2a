// What an answer shows beside its data.
#include "iterator/cached_answer.h"

#include <gtest/gtest.h>

#include "tests/support/message_text.h"

namespace godwit::iterator {
namespace {

using godwit::test::name;
using godwit::test::rrset;

const cache::Time epoch{};

TEST(AnswerInProgress, shows_a_set_once_beside_an_answer) {
  AnswerInProgress progress(Question(name("a.example."), wire::RrType::a), 8);
  const auto proof = rrset({"b.example. 60 NSEC d.example. A RRSIG NSEC"});
  const auto same = rrset({"B.example. 60 NSEC d.example. A RRSIG NSEC"});
  const auto other = rrset({"e.example. 60 NSEC f.example. A RRSIG NSEC"});
  const auto soa = rrset({"b.example. 60 SOA ns. h. 1 2 3 4 5"});
  progress.show_beside({proof, 60, epoch + std::chrono::seconds(60)});
  progress.show_beside({same, 50, epoch + std::chrono::seconds(50)});
  progress.show_beside({other, 60});
  progress.show_beside({soa, 60});
  progress.show_beside({same, 55, epoch + std::chrono::seconds(55)});
  ASSERT_EQ(progress.answer.authority.size(), 3u);
  EXPECT_EQ(progress.answer.authority[0].set->owner(), name("b.example."));
  EXPECT_EQ(progress.answer.authority[0].ttl, 50u);
  EXPECT_EQ(progress.answer.authority[0].expires, epoch + std::chrono::seconds(50));
  EXPECT_EQ(progress.answer.authority[1].set, other);
  EXPECT_EQ(progress.answer.authority[2].set, soa);
}

}  // namespace
}  // namespace godwit::iterator
