// Has zones' keys looked at when it is time (RFC 5011 §2.3), and watches the clock, on which every
// signature depends. Main thread; what others hand in comes by way of its loop.
#pragma once

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <map>
#include <string>

#include "daemon/anchor_keeper.h"
#include "dnssec/clock_sanity.h"

namespace godwit::daemon {

class AnchorWatch {
 public:
  struct KeysSeen {
    wire::RRsetPtr set;      // with its signatures; null: none was to be had
    bool is_secure = false;  // validated with the anchors in effect
  };
  using Done = std::function<void(KeysSeen)>;
  struct Services {
    boost::asio::io_context& io;
    Log& log;
    std::function<std::int64_t()> wall;  // seconds since 1970
    // Asks for a zone's DNSKEY set; has `done` called once, at any time on any thread, or never if
    // the end comes first.
    std::function<void(const wire::Name& zone, Done done)> fetch;
    std::function<void()> on_anchors;  // those in effect are others
    std::function<void()> on_clock;    // its fault has come or gone
    std::int64_t build_date = 0;       // seconds since 1970
  };
  AnchorWatch(std::string state_file, Services services);

  // Takes the configuration, at first and on reload.
  void configure(const ConfiguredAnchors& anchors, std::uint32_t skew_seconds);
  // Begins to look. Before, nothing is asked for.
  void start();
  void stop() noexcept;

  [[nodiscard]] const dnssec::TrustAnchorsPtr& anchors() const noexcept {
    return keeper_.anchors();
  }
  [[nodiscard]] const AnchorKeeper& keeper() const noexcept { return keeper_; }
  // What the last look at a zone's keys has come to.
  enum class Looked : std::uint8_t { never, secure, not_secure, in_vain };
  struct LastLook {
    Looked how = Looked::never;  // since the start
    std::int64_t when = 0;       // seconds since 1970
  };
  [[nodiscard]] LastLook last_look(const wire::Name& zone) const;
  // What is wrong with the clock, as a sentence; empty: nothing that is known.
  [[nodiscard]] std::string clock_fault() const { return dnssec::to_text(clock_); }

 private:
  using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock>;
  void arm();
  void look();
  void on_keys(const wire::Name& zone, const KeysSeen& seen);
  void judge_clock();

  Services services_;
  AnchorKeeper keeper_;
  Timer timer_;
  std::uint32_t skew_seconds_ = 0;
  dnssec::ClockVerdict clock_;
  wire::RRsetPtr unproven_root_keys_;          // as seen last, when they were not secure
  std::map<wire::Name, LastLook> last_looks_;  // of zones with anchors
  bool is_started_ = false;
  bool is_asking_ = false;
  bool validates_ = false;
  bool was_clock_set_ = false;  // since the last look
};

}  // namespace godwit::daemon
