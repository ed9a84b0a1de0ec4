from benchmarks import race, workloads
if __name__ == "__main__":
    import sys
    names=sys.argv[1].split(","); ws=sys.argv[2].split(","); dts=sys.argv[3].split(","); th=sys.argv[4].split(",")
    r,v,m=race.run([workloads.WORKS[w] for w in ws], dts, th, names)
    for x in r:
        for n,l in x.lanes.items(): print(x.work.name,x.dtype,x.threads,n,round(l.low,1),round(l.median,1),"cpu",round(l.cpu_share,2),"diff %.1e"%l.difference,"compile %.2f"%l.compile_seconds, "ratio %.2f"%x.ratio(n), "spread %.2f %.2f"%x.spread(n))
    print(v,m)
