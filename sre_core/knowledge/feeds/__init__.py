"""Sources of documents that refresh: folders, Git repositories, Slack exports, Prometheus rules, a topology."""
