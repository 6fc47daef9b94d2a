// What the table of control_commands.cc names: a function for each command, in a file for each
// subject.
#pragma once

#include "daemon/control_commands.h"

namespace godwit::daemon {

// control_status.cc
void control_status(ControlSubject&, const ControlRequest&, ControlAnswer&);
void control_stats(ControlSubject&, const ControlRequest&, ControlAnswer&);

// control_metrics.cc
void control_metrics(ControlSubject&, const ControlRequest&, ControlAnswer&);

// control_doctor.cc
void control_doctor(ControlSubject&, const ControlRequest&, ControlAnswer&);

// control_explain.cc
void control_explain(ControlSubject&, const ControlRequest&, ControlAnswer&);

// control_propagation.cc
void control_propagation(ControlSubject&, const ControlRequest&, ControlAnswer&);

// control_why.cc
void control_why(ControlSubject&, const ControlRequest&, ControlAnswer&);

// control_config.cc
void control_config_show(ControlSubject&, const ControlRequest&, ControlAnswer&);
void control_config_diff(ControlSubject&, const ControlRequest&, ControlAnswer&);
void control_config_reload(ControlSubject&, const ControlRequest&, ControlAnswer&);
void control_log_level(ControlSubject&, const ControlRequest&, ControlAnswer&);

// control_cache.cc
void control_cache_get(ControlSubject&, const ControlRequest&, ControlAnswer&);

// control_cache_flush.cc
void control_cache_flush(ControlSubject&, const ControlRequest&, ControlAnswer&);

// control_cache_list.cc
void control_cache_ls(ControlSubject&, const ControlRequest&, ControlAnswer&);
void control_cache_dump(ControlSubject&, const ControlRequest&, ControlAnswer&);

// control_snapshot.cc
void control_cache_load(ControlSubject&, const ControlRequest&, ControlAnswer&);

// control_top.cc
void control_top(ControlSubject&, const ControlRequest&, ControlAnswer&);

// control_servers.cc
void control_servers(ControlSubject&, const ControlRequest&, ControlAnswer&);

// control_anchors.cc
void control_anchors(ControlSubject&, const ControlRequest&, ControlAnswer&);

// control_nta.cc
void control_nta(ControlSubject&, const ControlRequest&, ControlAnswer&);
void control_nta_add(ControlSubject&, const ControlRequest&, ControlAnswer&);
void control_nta_remove(ControlSubject&, const ControlRequest&, ControlAnswer&);

// control_policy.cc
void control_policy_test(ControlSubject&, const ControlRequest&, ControlAnswer&);

}  // namespace godwit::daemon
