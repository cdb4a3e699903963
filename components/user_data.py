"""What an instance does at its first start: a placeholder that answers, then the CodeDeploy agent."""

from textwrap import dedent

from components.agent import PinnedAgent, install_agent

_AGENT_RUNS = """\
systemctl enable --now codedeploy-agent.service
for attempt in $(seq 1 30); do
  if systemctl is-active --quiet codedeploy-agent.service; then
    echo "delivery: the CodeDeploy agent is running"
    exit 0
  fi
  sleep 2
done
echo "delivery: the CodeDeploy agent does not run" >&2
false
"""


def user_data(
    *,
    application: str,
    environment: str,
    region: str,
    port: int,
    health_path: str,
    worker: str | None = None,
    agent: PinnedAgent | None = None,
) -> str:
    """The boot script of an Amazon Linux 2023 instance.

    The placeholder answers the load balancer until the first deployment takes its port, so that a new fleet is healthy
    before there is anything to run. The agent comes last, as CodeDeploy asks
    (https://docs.aws.amazon.com/codedeploy/latest/userguide/instances-ec2-create.html): a deployment that finds the
    agent finds everything else. An instance whose agent doesn't run is worth nothing and powers itself off; its Auto
    Scaling group then puts another in its place.

    Args:
        application, environment: for the application's own use, in `/etc/delivery/environment`.
        region: where the agent is fetched from.
        port: what the application, and the placeholder before it, listens on.
        health_path: what the load balancer asks; the placeholder answers it, and everything else, with 200.
        worker: the group of workers that it is one of, as `WORKER`; None is behind the load balancer.
        agent: which agent; None is AWS's latest.
    """
    # As deep as the lines around it, which lose their indentation together.
    group = f"\n        WORKER={worker}" if worker else ""
    before = dedent(
        f"""\
        #!/bin/bash
        set -euo pipefail
        trap 'echo "delivery: boot failed in line $LINENO, powering off" | tee /dev/console || true; poweroff' ERR

        install -d -m 0755 /etc/delivery /opt/delivery-placeholder
        cat > /etc/delivery/environment <<'ENVIRONMENT'
        APPLICATION={application}
        ENVIRONMENT={environment}
        PORT={port}
        HEALTH_PATH={health_path}{group}
        ENVIRONMENT

        cat > /opt/delivery-placeholder/server.py <<'PLACEHOLDER'
        import os
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

        class Placeholder(BaseHTTPRequestHandler):
            def do_GET(self):
                body = b'{{"status": "waiting for the first deployment"}}'
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        ThreadingHTTPServer(("", int(os.environ["PORT"])), Placeholder).serve_forever()
        PLACEHOLDER

        cat > /etc/systemd/system/delivery-placeholder.service <<'UNIT'
        [Unit]
        Description=Answers the load balancer until the first deployment
        After=network-online.target

        [Service]
        EnvironmentFile=/etc/delivery/environment
        ExecStart=/usr/bin/python3 /opt/delivery-placeholder/server.py
        DynamicUser=yes
        AmbientCapabilities=CAP_NET_BIND_SERVICE
        Restart=on-failure

        [Install]
        WantedBy=multi-user.target
        UNIT
        systemctl daemon-reload
        systemctl enable --now delivery-placeholder.service

        """
    )
    return f"{before}{install_agent(region, agent)}{_AGENT_RUNS}"
