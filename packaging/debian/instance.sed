# Makes warren@.service of warren.service: instance x reads /etc/warren/x.toml and has directories and a socket of its own.
/^# Changes belong into/s|.*|# Instances: warren@x reads /etc/warren/x.toml (and conf.d, as all do). `warren status --instance x`, and every other command, asks it.|
s|^Description=Warren,|Description=Warren %i,|
# Who starts an instance has written its configuration.
/^# The configuration as it came/d
/^ExecCondition=/d
s|^ExecStart=.*|& --config /etc/warren/%i.toml|
/^RuntimeDirectory=/i\
Environment=WARREN_CONTROL_SOCKET=/run/warren-%i/control.sock
s|^RuntimeDirectory=.*|&-%i|
s|^StateDirectory=.*|&/instances/%i|
s|^# /run/warren, where the control socket is; /var/lib/warren,|# /run/warren-%i, where the control socket is; /var/lib/warren/instances/%i,|
