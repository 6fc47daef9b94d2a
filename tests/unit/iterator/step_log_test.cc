// What a log of steps gives back, how large it grows, and what it makes of damage.
#include "iterator/step_log.h"

#include <gtest/gtest.h>

#include "tests/support/names.h"

#include "iterator/response.h"
#include "wire/name_text.h"

namespace godwit::iterator {
namespace {

using godwit::test::name_of;

using namespace trace;
using std::chrono::microseconds;
using wire::RrType;

wire::Endpoint at_port_5353(std::string_view address) {
  return {wire::IpAddress::parse(address).value(), 5353};
}

// One of each kind, with each member set.
std::vector<Event> all_steps() {
  const wire::Name a = name_of("Www.example.com.");
  const wire::Name b = name_of(std::string(63, 'x') + "." + std::string(63, 'y') + "." +
                               std::string(63, 'z') + ".example.");
  const wire::Endpoint v4 = at_port_5353("192.0.2.1"), v6 = at_port_5353("2001:db8::1");
  const auto bogus = ResolveError::bogus;
  dnssec::Failure failure(dnssec::Fault::signature_expired);
  failure.algorithm = dnssec::Algorithm::ed25519;
  failure.key_tag = 65'535;
  failure.time = 1'799'999'999;
  failure.type = RrType::a;
  failure.owner = a;
  failure.zone = b;
  Spent spent;
  spent.packets = {1, 64};
  spent.octets = {200, 100'000};
  spent.nsec3_hash_blocks = {4'000'000'000, 4'294'967'295};
  return {
      Started{a, RrType::aaaa, 6, true},
      Ended{wire::Rcode::nxdomain, bogus},
      Joined{b, RrType::dnskey, Flight::keys},
      CacheLookup{a, RrType::mx, CacheResult::alias, 300, 128, cache::Security::secure, v6.address},
      ProofUsed{b, RrType::nsec3, 299, v4.address},
      NotCached{b, RrType::txt},
      FailureRecalled{bogus, "for a reason"},
      DelegationUsed{b, DelegationSource::root_hints, ZoneMode::stub, 13, 26, 86'400, v4.address},
      ServerKnown{a, v6, AddressSource::looked_up},
      ServerWithoutAddress{b, true},
      ZoneChosen{b, 300, true},
      ServerChosen{v4, true, microseconds(12'345), 3, true},
      ServerPassedOver{v6, PassedOver::lame, microseconds(127)},
      QuerySent{v4, Transport::tcp, a, RrType::ns, true, microseconds(400'000)},
      QueryDone{v6, ExchangeOutcome::near_miss, microseconds(128), 65'535},
      Classified{v4, ResponseKind::malformed, wire::Rcode::badvers, 12, 11},
      RecordDropped{b, RrType::rrsig, wire::Section::additional, Dropped::made_anew},
      Referred{b, 2, 4, true},
      AliasFollowed{a, b, Alias::too_long},
      AddressLookup{a, RrType::aaaa},
      ZoneTrusted{b, cache::Security::insecure, 2, true, 60},
      SetJudged{a, RrType::a, cache::Security::secure, 4'711, b},
      DenialJudged{b, cache::Security::secure},
      Disbelieved{v6, failure},
      spent,
      Finished{a, RrType::a, wire::Rcode::servfail, bogus, 64, microseconds(5'000'000),
               cache::Security::bogus, true}};
}

TEST(StepLog, gives_back_each_step_as_it_was) {
  const std::vector<Event> steps = all_steps();
  ASSERT_EQ(steps.size(), std::variant_size_v<Event>) << "a kind of step is missing here";
  StepLog log;
  for (const Event& step : steps) log.on(step);
  const std::vector<Event> read = read_steps(log.octets());
  ASSERT_EQ(read.size(), steps.size());
  for (std::size_t i = 0; i < steps.size(); ++i) {
    EXPECT_EQ(read[i].index(), i);
    EXPECT_EQ(to_text(read[i]), to_text(steps[i]));
  }
}

TEST(StepLog, breaks_off_where_it_is_cut_and_never_reads_beyond) {
  StepLog log;
  for (const Event& step : all_steps()) log.on(step);
  const wire::Bytes octets = log.octets();
  std::size_t last = 0;
  for (std::size_t size = 0; size <= octets.size(); ++size) {
    const std::vector<std::uint8_t> cut(octets.begin(),
                                        octets.begin() + static_cast<std::ptrdiff_t>(size));
    const std::size_t read = read_steps(cut).size();
    EXPECT_GE(read, last);
    last = read;
  }
  EXPECT_EQ(last, std::variant_size_v<Event>);
  const std::uint8_t unknown[] = {255, 0, 0};
  EXPECT_TRUE(read_steps(unknown).empty());
}

TEST(StepLog, is_bounded_and_keeps_the_end) {
  StepLog log;
  const Event step = AliasFollowed{name_of("a."), name_of("b."), Alias::followed};
  while (log.left_out() == 0) log.on(step);
  EXPECT_LE(log.octets().size(), step_log_octets);
  EXPECT_GE(log.octets().size(), step_log_octets - 16);
  const std::size_t before = read_steps(log.octets()).size();
  log.on(all_steps().back());
  EXPECT_EQ(read_steps(log.octets()).size(), before + 1);
  const Event end = all_steps().back();
  for (unsigned i = 0; i < 1'000; ++i) log.on(end);
  EXPECT_LE(log.octets().size(), step_log_octets_max);
  log.clear();
  EXPECT_EQ(log.left_out(), 0u);
  EXPECT_TRUE(log.octets().empty());
}

TEST(StepLog, cuts_a_text_that_is_too_long) {
  StepLog log;
  log.on(FailureRecalled{ResolveError::bogus, std::string(5'000, 'x')});
  const std::vector<Event> read = read_steps(log.octets());
  ASSERT_EQ(read.size(), 1u);
  EXPECT_EQ(std::get<FailureRecalled>(read[0]).detail, std::string(400, 'x'));
}

TEST(StepList, is_bounded) {
  StepList list;
  for (std::size_t i = 0; i < StepList::steps_max + 1; ++i)
    list.on(Ended{wire::Rcode::noerror, ResolveError::none});
  EXPECT_EQ(list.steps().size(), StepList::steps_max);
}

}  // namespace
}  // namespace godwit::iterator
