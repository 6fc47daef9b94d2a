// Whether upstream queries can be guessed: a million pairs of id and source port a worker, drawn as
// queries are made and sockets opened, against what chance would give (RFC 5452 §4, §9). That a
// port serves a few queries to one server is not seen here, as each draw is looked at once. Bounds
// are at six standard deviations: a sound generator fails once in some millions of runs.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "daemon/source_port.h"
#include "daemon/system_seams.h"
#include "iterator/query_plan.h"
#include "wire/name_text.h"

namespace godwit::daemon {
namespace {

constexpr std::size_t draws = std::size_t{1} << 20U;
constexpr std::size_t values = 65536;
constexpr double deviations_max = 6;

using Series = std::vector<std::uint16_t>;
struct Drawn {
  Series ids;
  Series ports;
};

// As a worker does: the id when the request is made, the port when its socket is opened.
Drawn draw(iterator::Entropy& entropy) {
  const wire::Endpoint server{wire::IpAddress::parse("192.0.2.1").value(), 53};
  iterator::AskedQuestion asked;
  asked.name = wire::parse_name("www.example.").value();
  asked.type = wire::RrType::a;
  iterator::SendPlan plan;
  plan.edns = false;
  const iterator::ResolverOptions options;
  Drawn out;
  for (std::size_t i = 0; i < draws; ++i) {
    const auto request = iterator::make_request(server, plan, asked, options, entropy);
    out.ids.push_back(wire::load_u16(request.message.data()));
    out.ports.push_back(draw_source_port(entropy));
  }
  return out;
}

// How often each value is to be expected, as shares of one.
using Shares = std::vector<double>;
Shares shares_of_ids() {
  return Shares(values, 1.0 / values);
}
Shares shares_of_ports() {
  Shares out(values, 0.0);
  for (unsigned port = source_port_min; port <= source_port_max; ++port)
    out[port] = is_avoided_port(static_cast<std::uint16_t>(port)) ? 0 : 1;
  const double count = std::accumulate(out.begin(), out.end(), 0.0);
  for (double& share : out) share /= count;
  return out;
}

std::vector<double> counts_of(const Series& series) {
  std::vector<double> out(values, 0.0);
  for (const std::uint16_t value : series) ++out[value];
  return out;
}

// The largest deviation of any bit's number of ones, in standard deviations: the root of its
// chi-square, which has one degree of freedom.
double worst_bit(const Series& series, const Shares& shares) {
  double worst = 0;
  for (unsigned bit = 0; bit < 16; ++bit) {
    double share = 0, ones = 0;
    for (std::size_t value = 0; value < values; ++value)
      if ((value >> bit & 1) != 0) share += shares[value];
    for (const std::uint16_t value : series) ones += value >> bit & 1;
    const auto n = static_cast<double>(series.size());
    worst = std::max(worst, std::abs(ones - n * share) / std::sqrt(n * share * (1 - share)));
  }
  return worst;
}

// Correlation of two series, in standard deviations of what chance gives.
double correlation(std::span<const std::uint16_t> a, std::span<const std::uint16_t> b) {
  const auto n = static_cast<double>(a.size());
  const auto mean = [n](std::span<const std::uint16_t> all) {
    return std::accumulate(all.begin(), all.end(), 0.0) / n;
  };
  const double mean_a = mean(a), mean_b = mean(b);
  double both = 0, square_a = 0, square_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    both += (a[i] - mean_a) * (b[i] - mean_b);
    square_a += (a[i] - mean_a) * (a[i] - mean_a);
    square_b += (b[i] - mean_b) * (b[i] - mean_b);
  }
  if (square_a == 0 || square_b == 0) return std::sqrt(n);
  return std::abs(both / std::sqrt(square_a * square_b)) * std::sqrt(n);
}

double worst_serial_correlation(const Series& series) {
  double worst = 0;
  for (std::size_t lag = 1; lag <= 16; ++lag) {
    const std::span all(series);
    worst = std::max(worst, correlation(all.first(all.size() - lag), all.subspan(lag)));
  }
  return worst;
}

// Entropy in bits of what was counted, with Miller's and Madow's correction for what a sample of
// this size cannot show.
double entropy_bits(const std::vector<double>& counts) {
  const double n = std::accumulate(counts.begin(), counts.end(), 0.0);
  double bits = 0, seen = 0;
  for (const double count : counts) {
    if (count == 0) continue;
    bits -= count / n * std::log2(count / n);
    ++seen;
  }
  return bits + (seen - 1) / (2 * n * std::numbers::ln2);
}

// What id and port tell of one another, in bits, by the upper octets of both and by the lower.
double shared_bits(const Drawn& drawn, unsigned shift) {
  Series joint, ids, ports;
  for (std::size_t i = 0; i < drawn.ids.size(); ++i) {
    const unsigned id = drawn.ids[i] >> shift & 0xffU, port = drawn.ports[i] >> shift & 0xffU;
    joint.push_back(static_cast<std::uint16_t>(id << 8U | port));
    ids.push_back(static_cast<std::uint16_t>(id));
    ports.push_back(static_cast<std::uint16_t>(port));
  }
  return entropy_bits(counts_of(ids)) + entropy_bits(counts_of(ports)) -
         entropy_bits(counts_of(joint));
}

double joint_entropy_bits(const Drawn& drawn) {
  return entropy_bits(counts_of(drawn.ids)) + entropy_bits(counts_of(drawn.ports)) -
         std::max(0.0, std::max(shared_bits(drawn, 0), shared_bits(drawn, 8)));
}

// Pairs that were drawn more than once, in standard deviations from what chance gives: what no
// figure of ids or ports alone would show, as when their order repeats itself.
double repeated_pairs(const Drawn& drawn) {
  std::vector<std::uint32_t> pairs;
  for (std::size_t i = 0; i < drawn.ids.size(); ++i)
    pairs.push_back(std::uint32_t{drawn.ids[i]} << 16U | drawn.ports[i]);
  std::ranges::sort(pairs);
  double repeated = 0;
  for (std::size_t i = 1; i < pairs.size(); ++i) repeated += pairs[i] == pairs[i - 1];
  const auto n = static_cast<double>(pairs.size());
  const double ports = source_port_max - source_port_min + 1.0;
  const double expected = n * n / 2 / (values * ports);
  return std::abs(repeated - expected) / std::sqrt(expected);
}

std::size_t distinct(const Series& series) {
  const std::vector<double> counts = counts_of(series);
  return static_cast<std::size_t>(std::ranges::count_if(counts, [](double n) { return n > 0; }));
}

// What is wrong with the pairs of one worker; empty: nothing that shows.
std::vector<std::string> faults_of(const Drawn& drawn) {
  std::vector<std::string> out;
  const auto check = [&out](bool holds, const char* fault) {
    if (!holds) out.emplace_back(fault);
  };
  check(worst_bit(drawn.ids, shares_of_ids()) < deviations_max, "a bit of the ids");
  check(worst_bit(drawn.ports, shares_of_ports()) < deviations_max, "a bit of the ports");
  check(worst_serial_correlation(drawn.ids) < deviations_max, "an id tells the next");
  check(worst_serial_correlation(drawn.ports) < deviations_max, "a port tells the next");
  check(correlation(drawn.ids, drawn.ports) < deviations_max, "an id tells its port");
  check(distinct(drawn.ports) >= 60'000, "few ports");
  check(joint_entropy_bits(drawn) >= 31.9, "entropy");
  check(repeated_pairs(drawn) < deviations_max, "pairs come again");
  return out;
}

using Faults = std::vector<std::string>;

TEST(Unpredictability, ids_and_ports_of_each_worker_are_what_chance_gives) {
  SystemEntropy one, two;
  const Drawn first = draw(one), second = draw(two);
  EXPECT_EQ(faults_of(first), Faults{});
  EXPECT_EQ(faults_of(second), Faults{});
  EXPECT_LT(correlation(first.ids, second.ids), deviations_max);
  EXPECT_LT(correlation(first.ports, second.ports), deviations_max);
  RecordProperty("joint_entropy_bits", std::to_string(joint_entropy_bits(first)));
}

// Which worker sent a query says nothing about its port: they draw from the same ports, each port
// as often.
TEST(Unpredictability, workers_draw_from_the_same_ports) {
  SystemEntropy one, two;
  const std::vector<double> first = counts_of(draw(one).ports), second = counts_of(draw(two).ports);
  double in_both = 0, in_any = 0, chi_square = 0;
  for (std::size_t port = 0; port < values; ++port) {
    const double sum = first[port] + second[port], difference = first[port] - second[port];
    if (sum == 0) continue;
    ++in_any;
    in_both += first[port] > 0 && second[port] > 0;
    chi_square += difference * difference / sum;
  }
  EXPECT_GT(in_both, 0.999 * in_any);
  const double freedom = in_any - 1;
  EXPECT_LT(std::abs(chi_square - freedom) / std::sqrt(2 * freedom), deviations_max);
}

// That the figures would show what they are for.
TEST(Unpredictability, weak_generators_are_told) {
  SystemEntropy entropy;
  const Drawn good = draw(entropy);
  Drawn counter = good, stuck = good, tied = good, few = good, periodic = good;
  for (std::size_t i = 0; i < draws; ++i) {
    counter.ids[i] = static_cast<std::uint16_t>(i);
    if (i % 50 == 0) stuck.ids[i] |= 0x0100U;
    tied.ids[i] = static_cast<std::uint16_t>((tied.ids[i] & 0xff00U) | (tied.ports[i] & 0xffU));
    few.ports[i] = static_cast<std::uint16_t>(32768 + few.ports[i] % 28232);
    periodic.ids[i] = good.ids[i % (draws - 5000)];
    periodic.ports[i] = good.ports[i % (draws - 5000)];
  }
  EXPECT_EQ(faults_of(good), Faults{});
  EXPECT_NE(faults_of(counter), Faults{});
  EXPECT_EQ(faults_of(stuck), (Faults{"a bit of the ids"}));
  EXPECT_NE(faults_of(tied), Faults{});
  EXPECT_NE(faults_of(few), Faults{});
  EXPECT_EQ(faults_of(periodic), (Faults{"pairs come again"}));
}

}  // namespace
}  // namespace godwit::daemon
