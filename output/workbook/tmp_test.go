package workbook
import ("testing";"os";"time";"fmt";"bytes";"runtime"
 "espfigures/pipeline";"espfigures/pipeline/compare";"espfigures/pipeline/registry";"espfigures/pipeline/resolve";"espfigures/pipeline/snapshot";"espfigures/output/testset")
func TestTmp(t *testing.T){
 snap,err:=snapshot.Default(); if err!=nil{t.Fatal(err)}
 reg,err:=registry.Default(); if err!=nil{t.Fatal(err)}
 ds:=&pipeline.Dataset{Editions:snap.Editions,Totals:snap.Totals}
 resolve.New(reg).Fill(ds)
 if len(ds.Categories)==0 { for i,k:=range pipeline.Kinds { _=i; ds.Categories=append(ds.Categories,pipeline.Category{ID:string(k),Name:string(k),Definition:"Providers of kind "+string(k)+"."}) }
  for i:=range ds.Platforms { ds.Platforms[i].Category=string(ds.Platforms[i].Kind) } }
 m:=compare.New(ds)
 t0:=time.Now(); var b bytes.Buffer
 if err:=Write(&b,m);err!=nil{t.Fatal(err)}
 fmt.Println("real",time.Since(t0),b.Len())
 os.WriteFile("/tmp/wb/real.xlsx",b.Bytes(),0644)
 b.Reset(); if err:=Write(&b,compare.New(testset.New()));err!=nil{t.Fatal(err)}
 os.WriteFile("/tmp/wb/set.xlsx",b.Bytes(),0644)
 m=compare.New(testset.Big(2000,10)); runtime.GC()
 t0=time.Now(); b.Reset(); if err:=Write(&b,m);err!=nil{t.Fatal(err)}
 var ms runtime.MemStats; runtime.ReadMemStats(&ms)
 fmt.Println("big",time.Since(t0),b.Len(),ms.Sys>>20)
}
