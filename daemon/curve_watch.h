// The curve of hit ratios while the program runs: empties the workers' samples once a second, less
// often while nothing comes, and simulates (cache/hit_curve.h). On the main thread.
#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>
#include <vector>

#include "cache/hit_curve.h"
#include "daemon/counters.h"

namespace godwit::daemon {

class CurveWatch {
 public:
  // Of one worker; outlive this, or stop() comes before.
  struct Source {
    CurveSample* sample = nullptr;
    const WorkerCounters* counters = nullptr;
  };
  // `octets`: what the caches have for what questions ask.
  CurveWatch(boost::asio::io_context& io, std::vector<Source> sources, double octets);
  // Begins anew, or stops and forgets.
  void set_on(bool on);
  void stop() { set_on(false); }

  using Ratios = std::array<double, cache::HitCurve::sizes.size()>;
  // Nothing: it is off, or too little has been asked.
  [[nodiscard]] std::optional<Ratios> ratios() const noexcept;
  // Takes what has come until now.
  void look();

 private:
  static constexpr std::chrono::seconds busy_period{1}, idle_period_max{8};
  [[nodiscard]] std::uint64_t questions() const noexcept;
  [[nodiscard]] std::uint64_t lost() const noexcept;
  void set_threshold(std::uint32_t threshold) noexcept;
  void arm();
  boost::asio::basic_waitable_timer<std::chrono::steady_clock> timer_;
  const std::vector<Source> sources_;
  const double octets_;
  std::optional<cache::HitCurve> curve_;
  cache::Time looked_at_{};
  std::uint64_t questions_ = 0, lost_ = 0;  // when it last looked
  std::chrono::seconds period_{busy_period};
};

}  // namespace godwit::daemon
