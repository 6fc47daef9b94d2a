// What is listed and dumped of caches of some size, piece by piece.
#include "daemon/cache_listing.h"

#include <gtest/gtest.h>

#include "tests/support/message_text.h"
#include "wire/rdata_text.h"

namespace godwit::daemon {
namespace {

using cache::Trust;
using godwit::test::name;
using godwit::test::rrset;

constexpr cache::Time listing_time{std::chrono::hours(1)};
// Of an answer, as text of one page: small beside what a reader may leave unread.
constexpr std::size_t piece_octets_max = 48 << 10;

class CacheListing : public ::testing::Test {
 protected:
  void store(const std::vector<std::string>& records) {
    caches_.rrsets.store(rrset(records), Trust::answer_authoritative, listing_time);
  }
  // All lines of a listing; the longest piece is in longest_.
  template <class Listing>
  std::string all_of(Listing& listing, cache::Time now = listing_time) {
    std::string out;
    for (bool goes_on = true; goes_on;) {
      goes_on = listing.advance(now, answer_);
      const std::string piece = answer_.take_octets();
      longest_ = std::max(longest_, piece.size());
      out += piece;
    }
    return out;
  }
  static std::size_t count(const std::string& text, std::string_view part) {
    std::size_t out = 0;
    for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++out;
    return out;
  }

  const cache::KeyedHash hash_{{1}};
  iterator::Caches caches_{hash_, {}};
  ControlAnswer answer_;
  std::size_t longest_ = 0;
};

TEST_F(CacheListing, a_dump_has_all_of_a_large_cache_in_small_pieces) {
  constexpr std::size_t names = 30'000;
  for (std::size_t i = 0; i < names; ++i)
    store({"n" + std::to_string(i) + ".example. 300 A 192.0.2.1"});
  CacheDump dump(caches_);
  const std::string all = all_of(dump);
  EXPECT_EQ(count(all, "\"rdata\":\"192.0.2.1\""), names);
  EXPECT_EQ(count(all, "; 30000 RRsets, 0 delegations, 0 denials"), 1u);
  EXPECT_LT(longest_, piece_octets_max);
}

TEST_F(CacheListing, a_dump_tells_sets_delegations_and_denials_with_the_time_left) {
  const auto soa = rrset({"example. 300 SOA ns. h. 1 2 3 4 300"});
  store({"two.example. 300 TXT \"a ; b\"", "two.example. 300 TXT \"c\""});
  caches_.delegations.store({rrset({"example. 3600 NS ns.example."}), {}, {}}, listing_time);
  caches_.negatives.store_nodata(name("two.example."), wire::RrType::aaaa, soa, listing_time);
  caches_.negatives.store_nxdomain(name("gone.example."), soa, listing_time);
  CacheDump dump(caches_);
  const std::string all = all_of(dump, listing_time + std::chrono::seconds(100));
  EXPECT_EQ(count(all, "two.example. 200 IN TXT"), 2u);
  EXPECT_EQ(count(all, "; 3500 s: delegation example. ns.example."), 1u);
  EXPECT_EQ(count(all, "; 200 s: NODATA two.example. AAAA, not judged, by the SOA of example."),
            1u);
  EXPECT_EQ(count(all, "; 200 s: NXDOMAIN gone.example."), 1u);
  EXPECT_EQ(count(all, "; 1 RRsets, 1 delegations, 2 denials"), 1u);
  CacheDump later(caches_);
  EXPECT_EQ(count(all_of(later, listing_time + std::chrono::hours(2)), "\n"), 1u);
}

TEST_F(CacheListing, a_list_has_so_many_lines_and_says_how_many_are_left_out) {
  for (int i = 0; i < 500; ++i) store({"n" + std::to_string(i) + ".in.example. 300 A 192.0.2.1"});
  store({"other.example. 300 A 192.0.2.1"});
  CacheList all(caches_.rrsets, name("in.example."), 500);
  const std::string whole = all_of(all);
  EXPECT_EQ(count(whole, "\n"), 500u);
  EXPECT_EQ(count(whole, "other.example."), 0u);
  CacheList some(caches_.rrsets, name("example."), 10);
  const std::string cut = all_of(some);
  EXPECT_EQ(count(cut, "\n"), 11u);
  EXPECT_EQ(count(cut, "\"left-out\":491"), 1u);
  CacheList none(caches_.rrsets, name("nowhere.example."), 10);
  EXPECT_EQ(all_of(none), "");
}

}  // namespace
}  // namespace godwit::daemon
