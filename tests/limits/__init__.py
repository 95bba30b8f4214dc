"""What the site bears: many jobs, many tabs, many organizations, at a size that a test run has time for.

What is asserted is that nothing is lost, wrong or asked for too often. How fast it is at full size is measured by
`make bench` and written down in docs/.
"""
