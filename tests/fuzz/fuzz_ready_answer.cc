// Any octets as a query: what the hit path answers is what the ordinary way answers, to the octet.
// The first octet chooses transport and time, the rest is the message.
#include "daemon/ready_answers.h"
#include "iterator/cached_answer.h"
#include "tests/fuzz/fuzz.h"
#include "wire/name_text.h"

namespace {

using namespace godwit;
using fuzz::require;

constexpr std::uint32_t wall_seconds = 1'800'000'000;
constexpr cache::Time began{std::chrono::hours(1)};

class World {
 public:
  World() {
    add("a.example.", wire::RrType::a, {{192, 0, 2, 1}}, 40);
    add("b.example.", wire::RrType::a, {{192, 0, 2, 1}, {192, 0, 2, 2}, {192, 0, 2, 3}}, 100);
    add("c.example.", wire::RrType::cname, {wire_form("B.example.")}, 60);
    add("d.example.", wire::RrType::ns, {wire_form("NS.d.example."), wire_form("ns.other.")}, 80);
    add("e.example.", wire::RrType::txt, {std::vector<std::uint8_t>(600, 1)}, 90);
  }

  void check(wire::Bytes message, const daemon::Client& client, cache::Time now) {
    daemon::ReadyQuery query;
    ready_.prepare(message, query);
    if (!query.may_be_ready) return;
    const auto answered = ready_.answer(query, client, {now, wall_seconds}, fast_);
    const auto request = requests_.read(message, false, client, wall_seconds);
    if (request.verdict != daemon::RequestVerdict::resolve)
      return require(answered.message.empty());
    auto before = ready_.before();
    iterator::AnswerInProgress progress(request.context.question, options_.limits.alias_hops);
    progress.marks = &before.marks;
    const auto outcome = iterator::continue_from_cache(progress, caches_, options_, now, nullptr);
    if (outcome != iterator::CacheOutcome::complete) return require(answered.message.empty());
    if (!answered.message.empty()) {
      const auto ordinary = requests_.render(request.context, progress.answer, slow_);
      require(std::ranges::equal(answered.message, ordinary));
      require(answered.rcode == progress.answer.rcode);
    }
    ready_.keep(message, progress.answer, before, {100}, now);
  }

 private:
  using Rdata = std::vector<std::uint8_t>;
  static Rdata wire_form(std::string_view text) {
    return fuzz::copy(wire::parse_name(text).value().wire());
  }
  void add(std::string_view owner, wire::RrType type, const std::vector<Rdata>& records,
           std::uint32_t ttl) {
    wire::RRsetBuilder builder(wire::parse_name(owner).value(), type);
    for (const auto& rdata : records) builder.add(rdata, ttl);
    caches_.rrsets.store(builder.build(), cache::Trust::answer_authoritative, began);
  }
  static iterator::CachesOptions small() {
    iterator::CachesOptions out;
    out.octets = 8u << 20;
    return out;
  }
  static std::shared_ptr<const daemon::AnswerPolicy> policy() {
    auto made = std::make_shared<daemon::AnswerPolicy>();
    made->access = daemon::AccessControl({*wire::IpPrefix::parse("192.0.2.0/24")}, {});
    made->nsid = "fuzz";
    return made;
  }
  cache::KeyedHash hash_{cache::KeyedHash::Secret{1}};
  iterator::Caches caches_{hash_, small()};
  iterator::ResolverOptions options_;
  daemon::ClientRequests requests_{policy(), daemon::ServerCookies::MasterSecret{1}};
  daemon::ReadyAnswers ready_{hash_, caches_.answers, requests_};
  std::vector<std::uint8_t> fast_ = std::vector<std::uint8_t>(65535);
  std::vector<std::uint8_t> slow_ = std::vector<std::uint8_t>(65535);
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static World world;
  if (size == 0) return 0;
  daemon::Client client;
  client.peer = {*wire::IpAddress::parse(data[0] & 2 ? "192.0.2.1" : "198.51.100.1"), 40000};
  client.over_tcp = (data[0] & 1) != 0;
  client.keepalive_units = 100;
  const auto now = began + std::chrono::milliseconds((data[0] >> 2) * 1600);
  for (int i = 0; i < 2; ++i) world.check({data + 1, size - 1}, client, now);
  return 0;
}
