//! The cases of sample MNCs, and what people write in each.

use crate::trial::sample::words::CaseWords;

/// What is the matter with a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Case {
    NewBuild,
    Flat,
    Relaid,
    Unit,
    Found,
    Exists,
    Plot,
    Serial,
    Estate,
    NoService,
    Unclear,
    Dead,
    Withdrawn,
}

impl Case {
    #[rustfmt::skip]
    pub fn words(self) -> CaseWords {
        match self {
            Case::NewBuild => CaseWords {
                why: &[
                    "New house on {street}. The service was laid in spring and a meter is fitted, but the developer was given no MPRN for this plot.",
                    "The plots either side have their MPRNs and this one was missed when the batch was allocated. The customer moves in shortly.",
                    "Self-build off {street}. The connection is finished and commissioned. A search by postcode and by serial number finds nothing.",
                    "First tenant of a new house in {town}. The landlord has the completion certificate for the service; no supplier can find a meter point."],
                asked: &[
                    ("Which postal number has the council given to this plot? The layout drawing we hold shows plots only.",
                     "The street naming notice came last week; the number is now in the details above."),
                    ("Was the meter fitted by the developer’s contractor or by your own? We need to know which job the serial number came from.",
                     "By the developer’s contractor, on the day the service was commissioned. The serial number was read back from their job sheet.")],
                look_at: &[
                    "Is there a live service to this plot, and is a meter fitted? Please confirm the serial number and the postal number on the door.",
                    "New plot on {street}. Please confirm that the service was laid to this position and is not shared with the plot next door."],
                found: &[
                    "Service laid to the front of the house; meter in an outside box, live and passing gas. The serial number agrees.",
                    "New service in polyethylene, meter in the box by the garage. The neighbours on both sides have their own."],
                reason: "plot", remarks: &["An MPRN was created for this house under its plot number: {mprn}. Please use it and send an address amendment."],
            },
            Case::Flat => CaseWords {
                why: &[
                    "The house was turned into flats and each has its own meter. Only the ground floor has an MPRN.",
                    "Flat above a shop. The riser was renewed and a second meter fitted for the flat; the only MPRN here is the shop’s.",
                    "One of several flats behind one door. Ours has a meter in the cellar with its own serial number and no meter point."],
                asked: &[
                    ("How many meters stand in the intake room, and which serial number serves this flat?",
                     "Three meters; ours is the one on the left with the red tag. The serial number in the details has been checked on site."),
                    ("The register has a meter point for the whole building. Does that supply still exist beside the flats?",
                     "No, it was split when the flats were made. The old meter was taken out and its position is capped.")],
                look_at: &[
                    "Please count the meters in the building and say which flat each one serves.",
                    "Is the flat on a service of its own or on a branch behind another meter? Look in the cellar and at the riser."],
                found: &[
                    "Own branch from the riser with its own isolation valve. Meter in the hall cupboard, tagged with the flat’s number.",
                    "Three meters in the intake room. The one for this flat is live; the serial number was read through the glass."],
                reason: "exists", remarks: &["The flat is in the register already, written as part of the block: {mprn}."],
            },
            Case::Relaid => CaseWords {
                why: &[
                    "The service was relaid to the other side of the building when the extension was built. The old position is cut off.",
                    "The supply was moved from the cellar to an outside box at a new position, on a new service from {street}."],
                asked: &[
                    ("Was the old service cut off at the main? A new MPRN is right only if the new one runs to a different position.",
                     "Yes, cut off at the main in {street}; the new service enters at the rear. Photographs were taken by the contractor."),
                    ("On which date was the relay finished, and by whom?", "It was finished six weeks ago by the network’s own contractor; the job reference is on the permit.")],
                look_at: &[
                    "Has the service been relaid to a different position, and is the old one cut off?",
                    "Please confirm where the old and the new service enter the building."],
                found: &[
                    "New service enters at the rear wall. The old one at the front is capped below ground and marked.",
                    "Relaid to the gable end about five metres from the old position. The old meter has gone."],
                reason: "exists", remarks: &["The meter was moved on the same service, so the MPRN stays as it is: {mprn}."],
            },
            Case::Unit => CaseWords {
                why: &[
                    "The unit was split from its neighbour and has had a meter of its own since the refit. No meter point can be found for it.",
                    "New commercial unit at {street}. The landlord’s contractor laid the service; the tenant wants to start production.",
                    "The workshop was fed from the main unit’s meter. It now has its own service and a larger meter."],
                asked: &[
                    ("What load is connected, and is the annual quantity you give a measured or an estimated one?",
                     "Two ovens and a warm-air heater. The quantity is the equipment maker’s estimate; there are no readings over a winter yet."),
                    ("Is this unit fed through a meter of the landlord’s? If so it would be a sub-deduct and not a new meter point.",
                     "It is not. The landlord’s meter was taken out when the services were separated.")],
                look_at: &[
                    "Please confirm the meter, its serial number and size, and that the unit is not fed through the neighbour’s meter.",
                    "Is there a separate service to this unit? The estate office has the key to the plant room."],
                found: &[
                    "Separate service to the unit, meter in the plant room at the rear, live. Readable and in good order.",
                    "U16 meter on a service of its own. The pipe to the unit next door is cut and capped on both sides."],
                reason: "exists", remarks: &["The unit is in the register under its former number: {mprn}."],
            },
            Case::Found => CaseWords {
                why: &[
                    "The tenant has gas and has never had a bill. Meter {msn} is in no database we can see.",
                    "Meter found at change of tenancy. Searches by serial number, address and postcode give nothing.",
                    "Our field team found a meter recording gas at this address. The houses either side are registered, this one is not.",
                    "The customer rang to ask who supplies them. We find no meter point for the address, though the meter is live."],
                asked: &[
                    ("Please send a reading that is not older than a week, with the number of dials, so that we can compare it with orphaned meters.",
                     "Read yesterday; five dials, black on white. The reading is in the details now."),
                    ("Could this be the meter of the house next door? Their serial number differs from yours in one digit.",
                     "No. Both were looked at side by side; each house has its own, and the digit has been corrected where it was ours.")],
                look_at: &[
                    "Is there a meter at this address that serves this address only? Please read the serial number and the index.",
                    "A live meter is reported that is not in the register. Please trace the pipe and say what it feeds."],
                found: &[
                    "Live meter under the stairs, feeding this house only. The serial number agrees with the contact.",
                    "Meter in the porch cupboard. Boiler and hob connected, index moving. No other MPRN label seen."],
                reason: "serial", remarks: &["Meter {msn} is on MPRN {mprn}; the two houses were mixed up when it was exchanged."],
            },
            Case::Exists => CaseWords {
                why: &[
                    "We cannot find the address in the register under the name the customer gives.",
                    "The house was renumbered some years ago. Nothing is found under the new number."],
                asked: &[
                    ("MPRN {mprn} stands at what looks like this address. Please check with the customer whether it is theirs.",
                     "The customer has an old bill from a former supplier and is looking for the number on it.")],
                look_at: &["Please say which number is on the door and whether there is more than one service."],
                found: &["One service, one meter. The number on the door is the one that the register has."],
                reason: "exists", remarks: &[
                    "MPRN {mprn} is in the register for this address, written slightly differently. Please take the supply over on that number.",
                    "This site has MPRN {mprn}. A meter exchange or a new name on the house does not make a new meter point."],
            },
            Case::Plot => CaseWords {
                why: &[
                    "New house, now with a postal number. No MPRN is found under it.",
                    "The developer says that no MPRN was ever allocated to this plot."],
                asked: &[
                    ("Which plot number did this house have while it was being built?", "The site office says it was the plot now given in the details.")],
                look_at: &["Please compare plot numbers and postal numbers for this row of houses."],
                found: &["The plot plate is still on the meter box; it agrees with the drawing."],
                reason: "plot", remarks: &[
                    "The MPRN was allocated under the plot address: {mprn}. Please send an address amendment for it.",
                    "Created by the connection company under the plot number before the street had a name: {mprn}."],
            },
            Case::Serial => CaseWords {
                why: &["Meter {msn} is on the wall and the customer is using gas. The address search finds nothing."],
                asked: &[
                    ("Serial number {msn} is on another meter point a few doors away. Please have it read again, digit by digit.",
                     "Read again by a second person; it is as given before. The house a few doors away has a different make of meter.")],
                look_at: &["Please read the serial number on the meter’s plate, and not the one on the box."],
                found: &["Serial number as given. The house that the register names has a newer meter."],
                reason: "serial", remarks: &["Meter {msn} is on MPRN {mprn} already. Please ask for an address amendment there; no new MPRN is needed."],
            },
            Case::Estate => CaseWords {
                why: &[
                    "House on a new estate off {street}. The developer says gas is on; no meter point is found.",
                    "Last phase of the estate. Earlier phases were registered, this one not."],
                asked: &[
                    ("Who owns the pipes on this estate? The developer’s completion file should name the transporter.", "The developer is looking for the file and will send the name.")],
                look_at: &["Is the main in this street yours, or does it belong to an independent network behind a governor?"],
                found: &["The estate is fed through a governor at the entrance; the pipes behind it belong to an independent network."],
                reason: "network", remarks: &["The site is on an independent network’s estate. Please ask that transporter for the MPRN."],
            },
            Case::NoService => CaseWords {
                why: &[
                    "The customer believes that gas is connected and asks for a supply.",
                    "The property particulars say gas central heating. No meter point is found."],
                asked: &[("Has anyone seen a meter or a service at the address?", "The letting agent says there is a meter box; nobody has looked into it.")],
                look_at: &["Is there a gas service to this address at all? A meter box is reported, but no meter."],
                found: &[
                    "The meter box is empty and no service comes up in it. The nearest main is across the road.",
                    "All-electric house. The box at the door holds the water meter."],
                reason: "no-service", remarks: &["The network found neither service nor meter. The customer should ask for a new connection."],
            },
            Case::Unclear => CaseWords {
                why: &[
                    "The customer gives the address as the land next to the old dairy. There is a meter in a kiosk.",
                    "Temporary supply for a site compound; the compound has no postal number yet."],
                asked: &[
                    ("The address can’t be placed on a map. Which number or plot is it, and what stands next to it?",
                     "It is the plot now given in the details, two along from the substation."),
                    ("Two places fit this description. Please send the UPRN or the plot number from the site plan.",
                     "The site plan has it as the plot now in the details; there is no UPRN yet.")],
                look_at: &["The address is vague. Please find the kiosk, and note what the gate or the plate says."],
                found: &["Kiosk found at the field gate. Plate and serial number noted; the plot number is painted on the gatepost."],
                reason: "address", remarks: &[
                    "The address is not clear enough to place the site. Please log it again with a plot number or a UPRN.",
                    "Neither map nor network records show a building here. Please send the site plan’s plot number."],
            },
            Case::Dead => CaseWords {
                why: &[
                    "The house stood empty for years and is being refurbished. The meter has gone; the service is still there.",
                    "The supply was cut off long ago. The new owner wants gas again and finds no meter point."],
                asked: &[
                    ("MPRN {mprn} is in the register as dead at this address. Is the old service to be used again?",
                     "Yes, the contractor found it sound and wants to use it.")],
                look_at: &["Is the old service still in place, and could it be brought back into use?"],
                found: &["Old service in place, capped in the porch. It would need testing before it is used."],
                reason: "dead", remarks: &["MPRN {mprn} is dead and can be made live again on request; a new number is not right here."],
            },
            Case::Withdrawn => CaseWords {
                why: &["The customer asks for gas and for electricity and has found a meter in the yard."],
                asked: &[("Is the meter in the yard a gas meter? The serial number has the form of an electricity meter.", "We have asked the customer for a photograph.")],
                look_at: &["Please say what kind of meter stands in the yard."],
                found: &["The meter in the yard is for water."],
                reason: "other", remarks: &["The serial number is that of an electricity meter and the raiser has asked us not to go on. Closed without a finding."],
            },
        }
    }
}
