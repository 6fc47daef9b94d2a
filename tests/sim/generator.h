// Small Internets from a seed: root, top-level zones, zones below with every kind of delegation,
// alias and oddity, on servers of which some are broken; and questions to ask in them.
#pragma once

#include "tests/sim/random.h"
#include "tests/sim/world.h"

namespace godwit::sim {

struct GeneratorOptions {
  std::uint32_t bad_server_permille = 60;  // lame, dead, refusing ...
  std::uint32_t cyclic_permille = 60;      // zones whose servers are only to be found through one
                                           // another
  bool is_signed = false;                  // most of it
};

class Generator {
 public:
  Generator(World& world, Random random, const GeneratorOptions& options);

  void build();
  // A question about something there, something near it, or nothing at all.
  [[nodiscard]] iterator::Question question();
  // Whether a resolver that meets no fault of the network must find its way through all zones.
  [[nodiscard]] bool is_sound(const Truth& truth) const;

 private:
  // A name with addresses that may serve zones.
  struct Host {
    wire::Name name;
    Zone* zone = nullptr;  // that has its addresses
    std::vector<wire::IpAddress> addresses;
    bool good = true;
  };
  struct Plan {
    Zone* zone = nullptr;
    Zone* parent = nullptr;
    bool sound = false;
    unsigned depth = 0;  // address look-ups inside one another to reach it
  };

  void sign_zones();
  [[nodiscard]] SigningPlan signing_plan(unsigned depth);
  void build_root();
  Plan& build_zone(const wire::Name& apex, Plan& parent);
  void build_cycle(Plan& parent);
  void choose_servers(Plan& plan, const Plan& parent);
  void choose_outside_server(Plan& plan, unsigned& good, unsigned& bad);
  Host& own_host(Plan& plan, unsigned index, bool with_glue);
  void serve(const Plan& plan, const Host& host);
  void give_habits(Authority& server, bool good);
  void fill(Zone& zone);
  void fill_name(Zone& zone, const wire::Name& owner);
  void put_alias(Zone& zone, const wire::Name& owner, wire::RrType type, const wire::Name& target);
  void fill_aliases(Zone& zone);
  void fill_big_sets(Zone& zone);

  [[nodiscard]] wire::IpAddress fresh_address();
  [[nodiscard]] wire::Name child(const wire::Name& parent, std::string_view label) const;
  [[nodiscard]] std::uint32_t ttl();
  [[nodiscard]] wire::Name some_name();
  Plan* plan_of(const Zone* zone);

  World& world_;
  Random random_;
  GeneratorOptions options_;
  std::deque<Plan> plans_;
  std::deque<Host> hosts_;
  std::vector<wire::Name> names_;  // worth asking for
  std::unordered_map<const Zone*, const Plan*> by_zone_;
  std::uint32_t last_address_ = 0;
};

}  // namespace godwit::sim
