// The look-ups of server addresses for one question that a zone is asked: which server name is
// next, for which address family, and what was found. Each is a resolution of its own inside the
// one that asks, on the same budget. Lives in the frame of the asking.
//
// A server is looked up when it has no address, when those that are known were silent, or when they
// are all of a family that looks dead; first for the family that lives.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "iterator/resolution.h"

namespace godwit::iterator {

class ServerLookups {
 public:
  // `candidates` tell which addresses were silent.
  ServerLookups(WalkContext& walk, ZoneServers& zone,
                const std::vector<ServerCandidate>& candidates, const Resolution& asking)
      : walk_(walk), zone_(zone), candidates_(candidates), asking_(asking) {}
  ServerLookups(const ServerLookups&) = delete;
  ServerLookups& operator=(const ServerLookups&) = delete;

  // Whether a look-up may be made, now or when the servers that are known turn out to be silent.
  [[nodiscard]] bool may_have_more(const std::vector<NamedServer>& known) const;
  // The limit that keeps look-ups that are left from being made; none.
  [[nodiscard]] ResolveError withheld_by() const;
  // A server's address could only be found through itself.
  [[nodiscard]] bool has_met_loop() const noexcept { return met_loop_; }

  // Finds addresses of one more of the zone's servers and adds them to the zone. `known`: as
  // named_servers() has just told them, with each family. False: no look-up is left, or none may be
  // made any more.
  [[nodiscard]] Task<bool> find_more(std::vector<NamedServer> known);

 private:
  // What has been tried for one server name. A parent's word on an address does for a first try of
  // a type; the second time the server's own zone is asked.
  enum class Tried : std::uint8_t { nothing, glue, all };
  struct Attempts {
    explicit Attempts(const wire::Name& n) : server(n) {}
    wire::Name server;
    unsigned made = 0;
    Tried a = Tried::nothing;
    Tried aaaa = Tried::nothing;
    [[nodiscard]] Tried& of(wire::RrType type) noexcept {
      return type == wire::RrType::a ? a : aaaa;
    }
    [[nodiscard]] Tried of(wire::RrType type) const noexcept {
      return type == wire::RrType::a ? a : aaaa;
    }
  };
  // A and AAAA, one of them, or neither, in the order to look them up.
  struct Types {
    std::array<wire::RrType, 2> list{};
    std::size_t count = 0;
    [[nodiscard]] std::span<const wire::RrType> all() const noexcept {
      return std::span(list).first(count);
    }
  };
  // One look-up that may be worth its packets, and how often its server was tried before.
  struct Wanted {
    Wanted(const wire::Name& s, unsigned m) : server(s), made(m) {}
    wire::Name server;
    unsigned made;
    Types types;
  };

  [[nodiscard]] ResolveError limit() const noexcept;
  [[nodiscard]] std::vector<Wanted> wanted(const std::vector<NamedServer>& known) const;
  [[nodiscard]] bool may_answer(const NamedServer& server) const;
  [[nodiscard]] Types types_left(const NamedServer& server) const;
  [[nodiscard]] bool is_down(wire::RrType type) const;
  [[nodiscard]] const ServerCandidate* candidate_at(const wire::IpAddress& address) const;
  [[nodiscard]] bool has_failed(const wire::IpAddress& address) const;
  [[nodiscard]] bool is_news(const wire::IpAddress& address) const;
  [[nodiscard]] bool was_heard(const wire::IpAddress& address) const;
  [[nodiscard]] bool home_is_silent(const wire::Name& server) const;
  [[nodiscard]] const Attempts* attempts_for(const NamedServer& server) const;
  Attempts& attempts_at(const wire::Name& server);
  bool take_glue(const wire::Name& server);
  Task<bool> look_up_server(Wanted wanted);
  Task<bool> look_up(wire::Name server, wire::RrType type);

  WalkContext& walk_;
  ZoneServers& zone_;
  const std::vector<ServerCandidate>& candidates_;
  const Resolution& asking_;
  std::vector<Attempts> attempts_;
  ResolveError last_error_ = ResolveError::none;  // of the last look-up
  bool met_loop_ = false;
};

}  // namespace godwit::iterator
