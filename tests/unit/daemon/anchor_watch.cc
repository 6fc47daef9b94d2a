// When zones' keys are looked at, and what is said of the clock, on a clock of the tests' own.
#include "daemon/anchor_watch.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "daemon/build_date.h"
#include "tests/support/message_text.h"
#include "tests/support/signer.h"

namespace godwit::daemon {
namespace {

using dnssec::Algorithm;
using test::SigningKey;

constexpr std::int64_t first_look = 1'750'000'000;

class Watch : public testing::Test {
 protected:
  Watch() {
    std::filesystem::remove(path_);
    dnssec::TrustAnchor anchor;
    anchor.dnskeys = test::dnskey_set(wire::Name(), {&old_});
    anchors_.anchors = std::make_shared<const dnssec::TrustAnchors>(
        std::vector{anchor}, std::vector<dnssec::NegativeTrustAnchor>{});
    anchors_.rollover = conf::Rollover::all;
  }
  ~Watch() override { std::filesystem::remove(path_); }

  wire::RRsetPtr set(std::initializer_list<const SigningKey*> keys,
                     std::uint32_t inception = 1'700'000'000) {
    return test::signed_set(*test::dnskey_set(wire::Name(), keys, 2 * 86'400), old_,
                            {.zone = {}, .inception = inception});
  }
  void begin() {
    watch_.configure(anchors_, 60);
    watch_.start();
    turn();
  }
  // Lets everything happen that may happen now.
  void turn() {
    io_.restart();
    while (io_.poll() > 0) {
    }
  }
  // The watch sleeps by the monotonic clock: a reload wakes it.
  void wake() {
    watch_.configure(anchors_, 60);
    turn();
  }
  void answer(AnchorWatch::KeysSeen seen) {
    ASSERT_TRUE(asked_);
    const auto done = std::exchange(asked_, nullptr);
    done(std::move(seen));
    turn();
  }

  const std::string path_ = testing::TempDir() + "godwit-watch." + std::to_string(::getpid());
  boost::asio::io_context io_{1};
  Log log_{-1, false};
  std::int64_t now_ = first_look;
  AnchorWatch::Done asked_;
  int times_asked_ = 0, anchor_changes_ = 0, clock_changes_ = 0;
  SigningKey old_{Algorithm::ed25519, 1};
  SigningKey new_{Algorithm::ed25519, 2};
  ConfiguredAnchors anchors_;
  AnchorWatch watch_{path_,
                     {.io = io_,
                      .log = log_,
                      .wall = [this] { return now_; },
                      .fetch =
                          [this](const wire::Name& zone, AnchorWatch::Done done) {
                            EXPECT_TRUE(zone.is_root());
                            asked_ = std::move(done);
                            ++times_asked_;
                          },
                      .on_anchors = [this] { ++anchor_changes_; },
                      .on_clock = [this] { ++clock_changes_; },
                      .build_date = first_look - 1'000}};
};

TEST_F(Watch, AsksOnceItIsStartedAndThenWhenItIsTime) {
  watch_.configure(anchors_, 60);
  turn();
  EXPECT_EQ(times_asked_, 0);
  watch_.start();
  turn();
  EXPECT_EQ(times_asked_, 1);
  wake();
  EXPECT_EQ(times_asked_, 1) << "the first is not answered yet";
  answer({set({&old_}), true});
  wake();
  EXPECT_EQ(times_asked_, 1);
  now_ = first_look + 86'399;
  wake();
  EXPECT_EQ(times_asked_, 1);
  now_ = first_look + 86'400;
  wake();
  EXPECT_EQ(times_asked_, 2);
  answer({});
  now_ += 3'600;
  wake();
  EXPECT_EQ(times_asked_, 2);
  now_ += 86'400;
  wake();
  EXPECT_EQ(times_asked_, 3);
}

TEST_F(Watch, WithoutValidationNothingIsAsked) {
  anchors_.anchors = nullptr;
  begin();
  EXPECT_EQ(times_asked_, 0);
}

TEST_F(Watch, NothingIsAskedAfterItIsStopped) {
  watch_.configure(anchors_, 60);
  watch_.start();
  watch_.stop();
  turn();
  EXPECT_EQ(times_asked_, 0);
}

TEST_F(Watch, TellsWhenOtherKeysAreTrusted) {
  begin();
  answer({set({&old_, &new_}), true});
  EXPECT_EQ(anchor_changes_, 1);
  now_ += dnssec::add_hold_down;
  wake();
  answer({set({&old_, &new_}), true});
  EXPECT_EQ(anchor_changes_, 2);
  EXPECT_EQ(watch_.anchors()->anchors().at(0).dnskeys->size(), 2u);
  now_ += 86'400;
  wake();
  answer({set({&old_, &new_}), true});
  EXPECT_EQ(anchor_changes_, 2);
}

TEST_F(Watch, E17_AClockBeforeTheBuildIsToldUntilItIsSet) {
  now_ = 12;
  begin();
  EXPECT_EQ(clock_changes_, 1);
  EXPECT_TRUE(watch_.clock_fault().starts_with(
      "the clock is wrong: it says 1970-01-01 00:00:12 UTC, but this program was built on "))
      << watch_.clock_fault();
  answer({set({&old_}), false});
  now_ = first_look;
  wake();
  EXPECT_EQ(clock_changes_, 2);
  EXPECT_EQ(watch_.clock_fault(), "");
  EXPECT_EQ(times_asked_, 2) << "what could not be judged is asked for again";
}

TEST_F(Watch, E17_AClockBeforeTheRootsSignaturesIsTold) {
  begin();
  EXPECT_EQ(watch_.clock_fault(), "");
  answer({set({&old_}, first_look + 1'000), false});
  EXPECT_EQ(clock_changes_, 1);
  EXPECT_NE(watch_.clock_fault().find("the root's signatures begin at"), std::string::npos);
  now_ = first_look + 1'000;
  wake();
  EXPECT_EQ(watch_.clock_fault(), "");
}

TEST_F(Watch, E17_SecureSignaturesAreNoReasonToDoubtTheClock) {
  begin();
  answer({set({&old_}), true});
  EXPECT_EQ(clock_changes_, 0);
}

TEST_F(Watch, E17_WithoutValidationTheClockDoesNotMatter) {
  now_ = 12;
  anchors_.anchors = nullptr;
  begin();
  EXPECT_EQ(watch_.clock_fault(), "");
}

TEST(BuildDate, IsThatOfTheSources) {
  EXPECT_GE(build_date(), 1'780'000'000);
}

}  // namespace
}  // namespace godwit::daemon
