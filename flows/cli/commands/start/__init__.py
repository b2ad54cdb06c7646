"""Before the first night: write a configuration, check it, try the demo, make a connector's package."""
